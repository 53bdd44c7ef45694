{#-
    Take marts for ourselves at the head of a transaction, all or none. A request that waits makes later readers wait
    behind it, so it waits for half a second at most, lets go of everything, and tries again: shorter than
    deadlock_timeout (1 s), or a reader between two of our locks would be the one that fails. The statements that follow
    wait as long as they would have without us.
-#}
{% macro lock_marts(marts, tries=240) %}
    {%- if not marts %}select 1{% else -%}
do $lock$
declare
    usual text := current_setting('lock_timeout');
begin
    set local lock_timeout = '500ms';
    for attempt in 1..{{ tries }} loop
        begin
            lock table {% for mart in marts %}marts.{{ mart.name }}{{ ', ' if not loop.last }}{% endfor %}
                in access exclusive mode;
            perform set_config('lock_timeout', usual, true);
            return;
        exception when lock_not_available then
            perform pg_sleep(0.25 + random() / 2);
        end;
    end loop;
    raise exception 'the marts are being read without a pause: publication gave up after {{ tries }} tries'
        using hint = 'nothing has changed; look for a transaction left open, then run dbt build again';
end
$lock$
    {%- endif -%}
{% endmacro %}
