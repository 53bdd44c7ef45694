{#-
    The instant this run takes for now: one for all models, so that they agree on what is still open. The caller fixes
    it with the setting indigitall.now of its connections; a variable of dbt would cost a full parse at every run.
-#}
{% macro run_now() -%}
    coalesce(
        nullif(current_setting('indigitall.now', true), ''), '{{ run_started_at }}'
    )::timestamptz
{%- endmacro %}
