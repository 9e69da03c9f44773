{#
Days that a model whose rows outlive the task rows keeps as they are, whatever comes or goes: their task rows may have been
deleted, or those of the day before, and with them what a retry had repeated or a decision had promised. Computed again
from what is left, or from one task that comes late, such a day would tell another story.
#}
{% macro settled_task_days() -%}
select distinct
        held.organization_id,
        held.usage_date
    from {{ this }} as held
    left join {{ ref('int_savings__retention') }} as retention
        on held.organization_id = retention.organization_id
    where
        held.usage_date <= {{ last_settled_date('retention.last_expired_date') }}
{%- endmacro %}
