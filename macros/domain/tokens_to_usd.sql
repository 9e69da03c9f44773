{# Units × list price per million units: multiply first, round once. #}
{% macro tokens_to_usd(units, usd_per_million) -%}
    cast(
        cast({{ units }} * {{ usd_per_million }} as {{ numeric_type() }})
        * {{ to_numeric("'0.000001'") }} as {{ numeric_type() }}
    )
{%- endmacro %}
