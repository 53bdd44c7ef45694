{#-
    How texts of surveys are compared: lower case, no accents, signs or emoji, single blanks. It names the letters it
    knows, so that every locale of the database makes the same text.
-#}
{% macro survey_text(column) -%}
    trim(regexp_replace(
        lower(translate({{ column }}, 'ÁÉÍÓÚÜÑáéíóúüñ', 'AEIOUUNaeiouun')), '[^a-z0-9]+', ' ', 'g'
    ))
{%- endmacro %}
