{#
Returns every combination of the given columns that stands in more than one row; NULL counts as a
value.
#}
{% test unique_together(model, columns) %}
select
    {{ columns | join(', ') }},
    count(*) as n_rows
from {{ model }}
group by {{ columns | join(', ') }}
having count(*) > 1
{% endtest %}
