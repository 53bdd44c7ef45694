{#- A view, dropped and created again in one transaction. -#}
{% materialization build_view, adapter='postgres', supported_languages=['sql'] %}
    {%- set target_relation = this.incorporate(type='view') -%}
    {%- call statement('main') -%}
        {{ drop_existing(this) }}
        {{ create_view_as(target_relation, sql) }}
    {%- endcall -%}
    {%- do adapter.commit() -%}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}
