{#
The e-mail address that a text is, as it is compared (normalise_email): something on both sides of one @, without white
space or what divides addresses; NULL for every other text.
#}
{% macro strict_email(text) -%}
case
    when
        {{ regexp_matches(
            normalise_email(text), "'^[^@,;:<>()[:space:]]+@[^@,;:<>()[:space:]]+$'"
        ) }}
        then {{ normalise_email(text) }}
end
{%- endmacro %}
