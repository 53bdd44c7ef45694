{#- Wait until every tenant's transaction that is open now has ended; give up after `seconds`. -#}
{% macro wait_for_older_readers(seconds=180) %}
    {%- do run_query('commit; begin') -%}
    {%- do run_query("
do $wait$
declare
    older text[];
begin
    select array_agg(held.virtualtransaction) into older
    from pg_locks as held
    inner join pg_stat_activity as session using (pid)
    where
        held.locktype = 'virtualxid'
        and held.granted
        and session.usename ~ '^(project|rest)_[0-9]+(_reveal)?$';
    for attempt in 1.." ~ seconds * 10 ~ " loop
        if not exists (
            select from pg_locks
            where locktype = 'virtualxid' and granted and virtualtransaction = any(older)
        ) then
            return;
        end if;
        perform pg_sleep(0.1);
    end loop;
    raise exception 'a reader has kept its transaction open for " ~ seconds ~ " s: publication gave up'
        using hint = 'nothing has changed; end that session, then run dbt build --full-refresh again';
end
$wait$") -%}
    {%- do run_query('commit') -%}
{% endmacro %}
