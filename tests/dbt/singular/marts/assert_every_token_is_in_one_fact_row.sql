{#
Tokens of all sources between the vendor's row and the fact, per day and kind. A row is a claim that does not hold:
messages report      = the facts' rows from it + what the Claude Code report has as well (int_usage__claude_code_shares)
shared tokens       <= what the Claude Code report has of that actor, model and class: none is shared twice
Claude Code report   = the facts' rows from it
Enterprise Analytics = the facts' rows from it; products of Claude Code are not compared, for claude_code is kept out of people whom
                       the Claude Code report names that day (int_usage__claude_ai_model_tokens)
both Claude facts    = all rows together
Tasks: assert_every_task_token_is_in_one_fact_row.
Tokens of Cursor's events are kept out of every fact on purpose: Cursor is paid by request, and its
facts count requests.
#}
{%- set kinds = [
    'uncached_input_tokens', 'cache_read_tokens', 'cache_write_tokens', 'output_tokens'
] %}
{%- set classes = {
    'uncached_input_tokens': 'input', 'cache_read_tokens': 'cache_read',
    'cache_write_tokens': 'cache_write', 'output_tokens': 'output'
} %}
{%- set both_writes -%}
coalesce(
    cache_write_5m_tokens + cache_write_1h_tokens, cache_write_5m_tokens, cache_write_1h_tokens
)
{%- endset %}
with

day_versions as (

    select * from {{ ref('int_runs__day_versions') }}

),

message_usage as (

    select * from {{ ref('stg_anthropic__message_usage') }}

),

report_usage as (

    select * from {{ ref('stg_anthropic__claude_code_model_usage') }}

),

code_products as (

    select product
    from {{ ref('product_platforms') }}
    where platform = 'claude_code'

),

analytics_usage as (

    select user_usage.*
    from {{ ref('stg_claude_ai__user_usage') }} as user_usage
    left join code_products
        on user_usage.product = code_products.product
    where code_products.product is null

),

shares as (

    select * from {{ ref('int_usage__claude_code_shares') }}
    where counted_by <> 'own'

),

report_tokens as (

    select * from {{ ref('int_usage__claude_code_report_tokens') }}

),

model_tokens as (

    select * from {{ ref('int_usage__claude_model_tokens') }}

),

model_facts as (

    select * from {{ ref('fct_claude_model_daily_usage') }}

),

daily_facts as (

    select * from {{ ref('fact_claude_daily_usage') }}

),

signed as (
    {% for kind in kinds %}
    select
        'messages report' as claim,
        '{{ kind }}' as kind,
        usage_date,
        coalesce({{ both_writes if kind == 'cache_write_tokens' else kind }}, 0) as n_tokens
    from message_usage

    union all

    select
        'messages report' as claim,
        '{{ kind }}' as kind,
        usage_date,
        -counted_tokens as n_tokens
    from shares
    where token_class = '{{ classes[kind] }}'

    union all

    select
        case source_report
            when 'usage_report_messages' then 'messages report'
            when 'usage_report_claude_code' then 'Claude Code report'
            else 'Enterprise Analytics'
        end as claim,
        '{{ kind }}' as kind,
        usage_date,
        -coalesce({{ kind }}, 0) as n_tokens
    from model_tokens
    where source_report <> 'user_usage_report' or platform = 'claude_ai'

    union all

    select
        'Claude Code report' as claim,
        '{{ kind }}' as kind,
        usage_date,
        coalesce({{ kind }}, 0) as n_tokens
    from report_usage

    union all

    select
        'Enterprise Analytics' as claim,
        '{{ kind }}' as kind,
        usage_date,
        coalesce({{ both_writes if kind == 'cache_write_tokens' else kind }}, 0) as n_tokens
    from analytics_usage

    union all

    select
        'fct_claude_model_daily_usage' as claim,
        '{{ kind }}' as kind,
        usage_date,
        coalesce({{ kind }}, 0) as n_tokens
    from model_tokens

    union all

    select
        'fct_claude_model_daily_usage' as claim,
        '{{ kind }}' as kind,
        usage_date,
        -coalesce({{ kind }}, 0) as n_tokens
    from model_facts

    union all

    select
        'fact_claude_daily_usage' as claim,
        '{{ kind }}' as kind,
        usage_date,
        coalesce({{ kind }}, 0) as n_tokens
    from model_tokens

    union all

    select
        'fact_claude_daily_usage' as claim,
        '{{ kind }}' as kind,
        usage_date,
        -coalesce({{ kind }}, 0) as n_tokens
    from daily_facts
    {% if not loop.last %}
    union all
    {% endif %}
    {%- endfor %}

),

differences as (

    select
        claim,
        kind,
        usage_date,
        sum(n_tokens) as n_missing
    from signed
    group by claim, kind, usage_date
    having sum(n_tokens) <> 0

),

shared_totals as (

    select
        counted_actor_type,
        counted_actor_id,
        model_key,
        token_class,
        usage_date,
        sum(counted_tokens) as n_tokens
    from shares
    group by counted_actor_type, counted_actor_id, model_key, token_class, usage_date

),

shared_twice as (

    select
        'shared tokens' as claim,
        shared_totals.token_class as kind,
        shared_totals.usage_date,
        shared_totals.n_tokens - coalesce(report_tokens.report_tokens, 0) as n_missing
    from shared_totals
    left join report_tokens
        on
            shared_totals.counted_actor_type = report_tokens.report_actor_type
            and shared_totals.counted_actor_id = report_tokens.report_actor_id
            and shared_totals.model_key = report_tokens.model_key
            and shared_totals.token_class = report_tokens.token_class
            and shared_totals.usage_date = report_tokens.usage_date
    where shared_totals.n_tokens > coalesce(report_tokens.report_tokens, 0)

),

broken as (

    select * from differences

    union all

    select * from shared_twice

)

select broken.*
from broken
inner join day_versions
    on broken.usage_date = day_versions.usage_date
