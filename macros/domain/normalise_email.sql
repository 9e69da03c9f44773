{#
An e-mail as it is compared: lower case, nothing that cannot be seen; an empty e-mail is no e-mail.
#}
{% macro normalise_email(expression) -%}
lower({{ identity_text(expression) }})
{%- endmacro %}
