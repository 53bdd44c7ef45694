{#-
    The rows of a staging view are named by columns that are the primary key of its source table. The database keeps that
    key, so the catalogue is asked and no row is read: history costs nothing. The empty select names the view's own
    columns, so that one that is gone fails the test.
-#}
{% test is_key_at_source(model, columns, source_columns, at) %}
select null::integer as project_id
where
    not exists (
        select 1
        from pg_constraint as keys
        where
            keys.contype = 'p'
            and keys.conrelid = '{{ at }}'::regclass
            and (
                select array_agg(attributes.attname::text order by attributes.attname)
                from pg_attribute as attributes
                where
                    attributes.attrelid = keys.conrelid
                    and attributes.attnum = any(keys.conkey)
            ) = array['{{ source_columns | sort | join("', '") }}']
    )
    or exists (
        select 1
        from (select {{ columns | join(', ') }} from {{ model }} limit 0) as named
    )
{% endtest %}
