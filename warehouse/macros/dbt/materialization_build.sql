{#-
    A table that nobody reads while it is made: dropped and created again in one transaction, with statistics. dbt's
    own table and view materializations make a second one beside the first and swap them, twice the statements for a
    safety that publication gives.
-#}
{% materialization build, adapter='postgres', supported_languages=['sql'] %}
    {%- set target_relation = this.incorporate(type='table') -%}
    {%- call statement('main') -%}
        {{ drop_existing(this) }}
        {{ create_table_as(false, target_relation, sql) }}
    {%- endcall -%}
    {%- call statement('analyze') -%}
        analyze {{ target_relation }}
    {%- endcall -%}
    {%- do adapter.commit() -%}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}
