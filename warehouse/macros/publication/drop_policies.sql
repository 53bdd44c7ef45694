{#- A statement that drops every policy of a mart, whatever its name. -#}
{% macro drop_policies(mart) %}
do $drop$
declare
    policy name;
begin
    for policy in select polname from pg_policy where polrelid = 'marts.{{ mart.name }}'::regclass loop
        execute format('drop policy %I on marts.{{ mart.name }}', policy);
    end loop;
end
$drop$
{% endmacro %}
