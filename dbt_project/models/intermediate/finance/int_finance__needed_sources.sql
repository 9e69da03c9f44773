{#
One row per budget scope, value and source without which the scope's money is not known; of the company, its teams,
departments and cost centres the value is `*`.

A vendor or platform needs the source of its charges, whether or not it was ever read. What joins several vendors (the
company, its teams, departments and cost centres, a category) needs the sources that the company has: read at least once, or named by
an invoice or a budget. A company that has never heard of a vendor is not incomplete without it.
#}
with

source_contents as (

    select * from {{ ref('source_contents') }}
    -- Use that costs money beyond seats, always: claude.ai charges by use on some plans only.
    where source_name in ('anthropic', 'cursor')

),

platforms as (

    select * from {{ ref('platforms') }}

),

partitions as (

    select * from {{ ref('int_runs__partitions') }}

),

invoice_months as (

    select * from {{ ref('int_finance__invoice_months') }}

),

budgets as (

    select * from {{ ref('int_finance__budgets') }}

),

charged as (

    select
        source_contents.source_name,
        platforms.platform,
        platforms.vendor,
        platforms.category
    from source_contents
    inner join platforms
        on source_contents.platform = platforms.platform

),

had as (

    select source_name
    from partitions
    where usage_date is not null

    union distinct

    select charged.source_name
    from charged
    inner join invoice_months
        on charged.vendor = invoice_months.vendor

    union distinct

    select charged.source_name
    from charged
    inner join budgets
        on
            (budgets.budget_scope = 'vendor' and charged.vendor = budgets.scope_key)
            or (budgets.budget_scope = 'platform' and charged.platform = budgets.scope_key)

),

had_charged as (

    select charged.*
    from charged
    inner join had
        on charged.source_name = had.source_name

),

had_categories as (

    select category
    from had_charged
    group by category

),

final as (

    select
        'vendor' as budget_scope,
        vendor as scope_key,
        source_name
    from charged

    union distinct

    select
        'platform' as budget_scope,
        platform as scope_key,
        source_name
    from charged

    union distinct

    select
        'category' as budget_scope,
        category as scope_key,
        source_name
    from had_charged

    union distinct

    -- A category of which the company has no source at all is not known without them.
    select
        'category' as budget_scope,
        charged.category as scope_key,
        charged.source_name
    from charged
    left join had_categories
        on charged.category = had_categories.category
    where had_categories.category is null

    {% for scope in ['company', 'team', 'department', 'cost_centre'] %}
    union distinct

    select
        '{{ scope }}' as budget_scope,
        '*' as scope_key,
        source_name
    from had_charged
    {% endfor %}

)

select * from final
