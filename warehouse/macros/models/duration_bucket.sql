{#-
    Place of a duration in the histograms of fct_agents_daily: 0 holds 0 seconds, k holds [1.1^(k-1), 1.1^k) seconds.
    Every value of a bucket is within 10 % of every other, so a percentile read from them is too.
-#}
{% macro duration_bucket(seconds) -%}
    case
        when {{ seconds }} < 1 then 0
        else floor(ln({{ seconds }}::double precision) / ln(1.1::double precision))::integer + 1
    end
{%- endmacro %}
