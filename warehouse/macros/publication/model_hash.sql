{#- Which code built the data: the hash the caller passes, else one over the models of this project. -#}
{% macro model_hash() %}
    {%- if var('model_hash') -%}
        {{ return(var('model_hash')) }}
    {%- endif -%}
    {%- set checksums = [] -%}
    {%- for node in graph.nodes.values() | sort(attribute='unique_id') if node.resource_type == 'model' -%}
        {%- do checksums.append(node.checksum.checksum) -%}
    {%- endfor -%}
    {{ return(local_md5(checksums | join(' '))) }}
{% endmacro %}
