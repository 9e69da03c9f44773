{#
A sentence for people: the parts, each as text, one after the other; a part that is not known
reads `unknown`.
#}
{% macro sentence(parts) -%}
{%- set texts = [] -%}
{%- for part in parts -%}
{%- set as_text = "coalesce(cast(" ~ part ~ " as " ~ dbt.type_string() ~ "), 'unknown')" -%}
{%- do texts.append(part if part.startswith("'") else as_text) -%}
{%- endfor -%}
{{ dbt.concat(texts) }}
{%- endmacro %}
