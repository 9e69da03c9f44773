{#
One row per UTC day, messages actor of the Claude Code platform, model, class of tokens and actor they are counted under:
which of an actor's tokens the Claude Code report has as well, token by token. What is seen twice is counted once, under
the report's actor; what the report does not have stays where it is (`own`). A key or account is compared with the group
it is linked to, then what carries no identity with what is left of the report. Both sides are laid end to end, and a
token is shared where they overlap, so no token is shared twice. Actors without a shared token have no row.
#}
{{ daily_incremental(cluster_by=['actor_id']) }}
{%- set line = 'usage_date, model_key, token_class' %}
with

used as (

    select * from {{ ref('int_usage__claude_code_lines') }}
    where usage_date in ({{ changed_days() }})

),

matched as (

    select * from {{ ref('int_usage__claude_code_matches') }}
    where usage_date in ({{ changed_days() }})

),

report_lines as (

    select * from {{ ref('int_usage__claude_code_report_tokens') }}
    where usage_date in ({{ changed_days() }})

),

day_versions as (

    select * from {{ ref('int_runs__day_versions') }}

),

matched_ends as (

    select
        *,
        sum(n_tokens) over (
            partition by {{ line }}, report_group
            order by is_certain desc, n_tokens desc, actor_type asc, actor_id asc
            rows between unbounded preceding and current row
        ) as ends_at
    from matched

),

report_ends as (

    select
        *,
        sum(report_tokens) over (
            partition by {{ line }}, report_group
            order by report_tokens desc, report_actor_type asc, report_actor_id asc
            rows between unbounded preceding and current row
        ) as ends_at
    from report_lines

),

named_shares as (

    select
        matched_ends.usage_date,
        matched_ends.model_key,
        matched_ends.token_class,
        matched_ends.actor_type,
        matched_ends.actor_id,
        report_ends.report_actor_type,
        report_ends.report_actor_id,
        matched_ends.linked_by as counted_by,
        least(matched_ends.ends_at, report_ends.ends_at)
        - greatest(
            matched_ends.ends_at - matched_ends.n_tokens,
            report_ends.ends_at - report_ends.report_tokens
        ) as n_shared
    from matched_ends
    inner join report_ends
        on
            matched_ends.report_group = report_ends.report_group
            and matched_ends.usage_date = report_ends.usage_date
            and matched_ends.model_key = report_ends.model_key
            and matched_ends.token_class = report_ends.token_class
    where
        matched_ends.ends_at > report_ends.ends_at - report_ends.report_tokens
        and report_ends.ends_at > matched_ends.ends_at - matched_ends.n_tokens

),

named_totals as (

    select
        {{ line }},
        report_actor_type,
        report_actor_id,
        sum(n_shared) as n_shared
    from named_shares
    group by {{ line }}, report_actor_type, report_actor_id

),

-- What the report has and no key or account accounts for.
left_over as (

    select
        report_lines.usage_date,
        report_lines.model_key,
        report_lines.token_class,
        report_lines.report_actor_type,
        report_lines.report_actor_id,
        report_lines.report_tokens - coalesce(named_totals.n_shared, 0) as n_left
    from report_lines
    left join named_totals
        on
            report_lines.report_actor_type = named_totals.report_actor_type
            and report_lines.report_actor_id = named_totals.report_actor_id
            and report_lines.usage_date = named_totals.usage_date
            and report_lines.model_key = named_totals.model_key
            and report_lines.token_class = named_totals.token_class

),

left_over_ends as (

    select
        *,
        sum(n_left) over (
            partition by {{ line }}
            order by n_left desc, report_actor_type asc, report_actor_id asc
            rows between unbounded preceding and current row
        ) as ends_at,
        sum(n_left) over (partition by {{ line }}) as n_all_left
    from left_over
    where n_left > 0

),

keyless_ends as (

    select
        *,
        sum(n_tokens) over (
            partition by {{ line }}
            order by n_tokens desc, actor_id asc
            rows between unbounded preceding and current row
        ) as ends_at,
        sum(n_tokens) over (partition by {{ line }}) as n_all_tokens
    from used
    where actor_type = 'unattributed'

),

-- Where the report has more than was used without identity, everybody's part shrinks alike.
keyless_spans as (

    select
        keyless_ends.usage_date,
        keyless_ends.model_key,
        keyless_ends.token_class,
        keyless_ends.actor_type,
        keyless_ends.actor_id,
        left_over_ends.report_actor_type,
        left_over_ends.report_actor_id,
        keyless_ends.ends_at,
        keyless_ends.ends_at - keyless_ends.n_tokens as starts_at,
        {{ whole_part(
            'left_over_ends.ends_at',
            'least(keyless_ends.n_all_tokens, left_over_ends.n_all_left)',
            'left_over_ends.n_all_left'
        ) }} as part_ends_at,
        {{ whole_part(
            '(left_over_ends.ends_at - left_over_ends.n_left)',
            'least(keyless_ends.n_all_tokens, left_over_ends.n_all_left)',
            'left_over_ends.n_all_left'
        ) }} as part_starts_at
    from keyless_ends
    inner join left_over_ends
        on
            keyless_ends.usage_date = left_over_ends.usage_date
            and keyless_ends.model_key = left_over_ends.model_key
            and keyless_ends.token_class = left_over_ends.token_class

),

shared as (

    select * from named_shares

    union all

    select
        usage_date,
        model_key,
        token_class,
        actor_type,
        actor_id,
        report_actor_type,
        report_actor_id,
        'keyless' as counted_by,
        least(ends_at, part_ends_at) - greatest(starts_at, part_starts_at) as n_shared
    from keyless_spans
    where ends_at > part_starts_at and part_ends_at > starts_at

),

shared_totals as (

    select
        {{ line }},
        actor_type,
        actor_id,
        sum(n_shared) as n_shared
    from shared
    group by {{ line }}, actor_type, actor_id

),

counted as (

    select * from shared
    where n_shared > 0

    union all

    select
        used.usage_date,
        used.model_key,
        used.token_class,
        used.actor_type,
        used.actor_id,
        used.actor_type as report_actor_type,
        used.actor_id as report_actor_id,
        'own' as counted_by,
        used.n_tokens - shared_totals.n_shared as n_shared
    from used
    inner join shared_totals
        on
            used.actor_type = shared_totals.actor_type
            and used.actor_id = shared_totals.actor_id
            and used.usage_date = shared_totals.usage_date
            and used.model_key = shared_totals.model_key
            and used.token_class = shared_totals.token_class
    where used.n_tokens > shared_totals.n_shared

)

select
    'claude_code' as platform,
    counted.actor_type,
    counted.actor_id,
    counted.report_actor_type as counted_actor_type,
    counted.report_actor_id as counted_actor_id,
    counted.model_key,
    counted.token_class,
    counted.counted_by,
    cast(counted.n_shared as {{ dbt.type_bigint() }}) as counted_tokens,
    day_versions.input_version,
    counted.usage_date
from counted
inner join day_versions
    on counted.usage_date = day_versions.usage_date
