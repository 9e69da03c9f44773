{#
One row per UTC day, key or account, model and class of tokens whose tokens are compared with a group of the Claude Code
report: those that are certainly the group's, and those suspected to be (`is_certain` false) whose tokens agree.
#}
{%- set line = 'usage_date, model_key, token_class' %}
with

used as (

    select * from {{ ref('int_usage__claude_code_lines') }}

),

links as (

    select * from {{ ref('int_usage__claude_code_links') }}

),

report_lines as (

    select * from {{ ref('int_usage__claude_code_report_tokens') }}

),

linked as (

    select
        used.*,
        links.report_group,
        links.linked_by,
        links.is_certain
    from used
    inner join links
        on
            used.actor_type = links.actor_type
            and used.actor_id = links.actor_id
            and used.usage_date = links.usage_date

),

group_lines as (

    select
        {{ line }},
        report_group,
        sum(report_tokens) as n_asked
    from report_lines
    group by {{ line }}, report_group

),

linked_lines as (

    select
        {{ line }},
        report_group,
        sum(case when is_certain then n_tokens else 0 end) as n_certain,
        sum(case when is_certain then 0 else n_tokens end) as n_suspected
    from linked
    group by {{ line }}, report_group

),

-- What suspicion could explain: the group's tokens beyond those of keys that are certainly its own.
open_lines as (

    select
        group_lines.*,
        greatest(group_lines.n_asked - coalesce(linked_lines.n_certain, 0), 0) as n_open,
        coalesce(linked_lines.n_suspected, 0) as n_suspected
    from group_lines
    left join linked_lines
        on
            group_lines.report_group = linked_lines.report_group
            and group_lines.usage_date = linked_lines.usage_date
            and group_lines.model_key = linked_lines.model_key
            and group_lines.token_class = linked_lines.token_class

),

group_agreements as (

    select
        usage_date,
        report_group,
        sum(n_open) as n_open,
        sum(least(n_suspected, n_open)) as n_agreeing
    from open_lines
    group by usage_date, report_group

),

suspected as (

    select
        linked.*,
        coalesce(open_lines.n_open, 0) as n_line_open
    from linked
    left join open_lines
        on
            linked.report_group = open_lines.report_group
            and linked.usage_date = open_lines.usage_date
            and linked.model_key = open_lines.model_key
            and linked.token_class = open_lines.token_class
    where not linked.is_certain

),

actor_agreements as (

    select
        usage_date,
        report_group,
        actor_type,
        actor_id,
        sum(n_tokens) as n_used,
        sum(least(n_tokens, n_line_open)) as n_agreeing
    from suspected
    group by usage_date, report_group, actor_type, actor_id

),

suspected_groups as (

    select
        usage_date,
        report_group,
        sum(n_used) as n_used
    from actor_agreements
    group by usage_date, report_group

),

-- Nine tenths of either side are on the other: of the key alone, or of all suspected keys together.
agreeing as (

    select
        actor_agreements.usage_date,
        actor_agreements.actor_type,
        actor_agreements.actor_id
    from actor_agreements
    inner join suspected_groups
        on
            actor_agreements.usage_date = suspected_groups.usage_date
            and actor_agreements.report_group = suspected_groups.report_group
    inner join group_agreements
        on
            actor_agreements.usage_date = group_agreements.usage_date
            and actor_agreements.report_group = group_agreements.report_group
    where
        10 * actor_agreements.n_agreeing
        >= 9 * greatest(actor_agreements.n_used, group_agreements.n_open)
        or 10 * group_agreements.n_agreeing
        >= 9 * greatest(suspected_groups.n_used, group_agreements.n_open)

),

final as (

    select
        linked.actor_type,
        linked.actor_id,
        linked.report_group,
        linked.linked_by,
        linked.model_key,
        linked.token_class,
        linked.n_tokens,
        linked.is_certain,
        linked.usage_date
    from linked
    left join agreeing
        on
            linked.usage_date = agreeing.usage_date
            and linked.actor_type = agreeing.actor_type
            and linked.actor_id = agreeing.actor_id
    where linked.is_certain or agreeing.actor_id is not null

)

select * from final
