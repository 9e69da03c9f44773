{#
A condition on an organisation's day (a relation's name): the model does not keep it as it is. A model whose rows outlive
the task rows keeps expired days whatever comes or goes: their task rows may have been deleted, or those of the day before,
and with them what a retry had repeated or a decision had promised. Computed again from what is left, or from one task that
comes late, such a day would tell another story.
#}
{% macro is_not_settled(day) -%}
not exists (
            select 1
            from (
                select distinct
                    held.organization_id,
                    held.usage_date
                from {{ this }} as held
                left join {{ ref('int_savings__settled') }} as settled_until
                    on held.organization_id = settled_until.organization_id
                where
                    held.usage_date <= {{ last_settled_date('settled_until.last_settled_date') }}
            ) as settled
            where
                settled.organization_id = {{ day }}.organization_id
                and settled.usage_date = {{ day }}.usage_date
        )
{%- endmacro %}
