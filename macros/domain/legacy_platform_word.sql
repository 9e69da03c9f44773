{#
The word that the predecessor used for a platform. A platform it did not know keeps its own name.
#}
{% macro legacy_platform_word(column) -%}
case {{ column }}
    when 'claude_api' then 'anthropic_api'
    when 'claude_code' then 'anthropic_code'
    when 'claude_ai' then 'anthropic_web'
    else {{ column }}
end
{%- endmacro %}
