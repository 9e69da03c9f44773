{#
One end of Wilson's 95 % interval of a share, six decimals: sign '-' the lower, '+' the upper. NULL
without a whole.
#}
{% macro wilson_bound(part, whole, sign) -%}
{%- set p = "(cast(" ~ part ~ " as " ~ double_type() ~ ") / nullif(" ~ whole ~ ", 0))" -%}
cast(
    round(
        (
            {{ p }} + 1.9208 / nullif({{ whole }}, 0)
            {{ sign }} 1.96 * sqrt({{ p }} * (1 - {{ p }}) / nullif({{ whole }}, 0) + 0.9604 / nullif({{ whole }} * {{ whole }}, 0))
        ) / (1 + 3.8416 / nullif({{ whole }}, 0)),
        6
    ) as {{ numeric_type() }}
)
{%- endmacro %}
