{#
One row per fact outside the usage data that changes figures from a date on: directory rows, sheet rows, prices, rules.
A validity is two events, its start and its end, so that ending one touches only the days after it.
An end that cannot be read takes the row out of use altogether and so belongs to the start's content.
A seed without validity counts as a whole, with every column, from the first day on. That nothing is missing here which a
model rebuilt by day is made from is checked by tests/repository.
#}
{% set seeds = [
    'attribution_rules', 'audit_event_rules', 'cost_components', 'cursor_event_kind_rules',
    'gemini_category_rules', 'geo_multipliers', 'model_aliases', 'platform_rules',
    'platform_spellings', 'platforms', 'product_platforms', 'vendor_spellings'
] %}
with

sheet_people as (

    select * from {{ ref('stg_sheets__people') }}

),

mappings as (

    select * from {{ ref('stg_sheets__api_key_mappings') }}

),

seats as (

    select * from {{ ref('stg_sheets__seats') }}

),

invoices as (

    select * from {{ ref('int_spend__invoices') }}

),

api_keys as (

    select * from {{ ref('stg_anthropic__api_keys') }}

),

users as (

    select * from {{ ref('stg_anthropic__users') }}

),

group_people as (

    select * from {{ ref('int_identity__group_people') }}

),

service_accounts as (

    select * from {{ ref('int_identity__service_accounts') }}

),

workspaces as (

    select * from {{ ref('stg_anthropic__workspaces') }}

),

workspace_members as (

    select * from {{ ref('stg_anthropic__workspace_members') }}

),

api_key_names as (

    select * from {{ ref('int_identity__api_key_names') }}

),

workspace_names as (

    select * from {{ ref('int_identity__workspace_names') }}

),

prices as (

    select * from {{ ref('int_spend__list_prices') }}

),

all_platforms as (

    select * from {{ ref('int_spend__platforms') }}

),

{% for seed in seeds %}
{{ seed }} as (

    select * from {{ ref(seed) }}

),
{% endfor %}
fx_rates as (

    select * from {{ ref('fx_rates') }}

),

claude_users as (

    select * from {{ ref('int_identity__claude_users') }}

),

default_workspaces as (

    select * from {{ ref('int_identity__default_workspaces') }}

),

-- Aliases hold from the first day a person is known, whichever of the person's rows names them.
person_aliases as (

    select
        person_email,
        aliases_text,
        min(coalesce(valid_from_date, cast('1900-01-01' as date)))
            over (partition by person_email) as known_from_date
    from sheet_people

),

events as (

    {{ validity_events(
        'people', 'sheet_people',
        [
            'person_id', 'person_email', 'aliases_text', 'person_name', 'department_name',
            'team_name', 'manager_email', 'cost_centre', 'valid_from_text',
            'valid_to_text is not null and valid_to_date is null'
        ],
        'valid_from_date', 'valid_to_date'
    ) }}

    union all

    {{ validity_events(
        'api_key_mapping', 'mappings',
        [
            'api_key_id', 'api_key_name', 'owner_email', 'platform', 'valid_from_text',
            'valid_to_text is not null and valid_to_date is null'
        ],
        'valid_from_date', 'valid_to_date'
    ) }}

    union all

    {{ validity_events(
        'seats', 'seats',
        [
            'vendor', 'platform', 'category', 'plan_name', 'seat_email', 'monthly_usd_text',
            'valid_from_text', 'valid_to_text is not null and valid_to_date is null'
        ],
        'valid_from_date', 'valid_to_date'
    ) }}

    union all

    {{ validity_events(
        'prices', 'prices', ['price_id', 'price_text'], 'valid_from_date', 'valid_to_date'
    ) }}

    union all

    select
        {{ surrogate_key([
            "'invoices'", 'vendor', 'invoice_month_text', 'invoice_amount_text', 'currency',
            'invoice_id'
        ]) }} as event_hash,
        coalesce(month_start_date, cast('1900-01-01' as date)) as effective_date
    from invoices

    union all

    select
        {{ surrogate_key([
            "'api_keys'", 'api_key_id', 'created_by_id', 'workspace_id'
        ]) }} as event_hash,
        coalesce(cast(created_at as date), cast('1900-01-01' as date)) as effective_date
    from api_keys

    union all

    {{ validity_events(
        'api_key_names', 'api_key_names', ['api_key_id', 'api_key_name', 'valid_from_date'],
        'valid_from_date', 'valid_to_date'
    ) }}

    union all

    {{ validity_events(
        'workspace_names', 'workspace_names',
        ['workspace_key', 'workspace_name', 'valid_from_date'], 'valid_from_date', 'valid_to_date'
    ) }}

    union all

    select
        {{ surrogate_key(["'users'", 'anthropic_user_id', 'user_email']) }} as event_hash,
        coalesce(cast(added_at as date), cast('1900-01-01' as date)) as effective_date
    from users

    union all

    {{ validity_events(
        'group_people', 'group_people', ['person_id', 'person_email', 'only_group_name'],
        'valid_from_date', 'valid_to_date'
    ) }}

    union all

    select
        {{ surrogate_key([
            "'service_accounts'", 'listed_account_id', 'maker_email'
        ]) }} as event_hash,
        coalesce(cast(created_at as date), cast('1900-01-01' as date)) as effective_date
    from service_accounts

    union all

    select
        {{ surrogate_key(["'workspaces'", 'workspace_id']) }} as event_hash,
        coalesce(cast(created_at as date), cast('1900-01-01' as date)) as effective_date
    from workspaces

    union all

    select
        {{ surrogate_key([
            "'workspace_members'", 'workspace_id', 'anthropic_user_id', 'is_current'
        ]) }} as event_hash,
        cast('1900-01-01' as date) as effective_date
    from workspace_members

    union all

    select
        {{ surrogate_key(["'person_aliases'", 'person_email', 'aliases_text']) }} as event_hash,
        known_from_date as effective_date
    from person_aliases
    where aliases_text is not null

    union all

    {{ validity_events(
        'fx_rates', 'fx_rates', ['currency', 'usd_per_unit_text'], 'valid_from', 'valid_to'
    ) }}

    union all

    select
        {{ surrogate_key(["'claude_users'", 'claude_user_id', 'user_email']) }} as event_hash,
        known_from_date as effective_date
    from claude_users

    union all

    select
        {{ surrogate_key(["'default_workspaces'", 'workspace_id']) }} as event_hash,
        cast('1900-01-01' as date) as effective_date
    from default_workspaces

    union all

    -- What a tool that is not listed is, is said by one of its lines for the days of all.
    select
        {{ surrogate_key(["'platforms'", 'platform', 'vendor', 'category']) }} as event_hash,
        cast('1900-01-01' as date) as effective_date
    from all_platforms
    where not is_listed_platform

    {% for seed in seeds %}
    union all

    select
        {{ dbt.hash(dbt.concat(["'" ~ seed ~ "|'", row_text(seed)])) }} as event_hash,
        cast('1900-01-01' as date) as effective_date
    from {{ seed }}
    {% endfor %}

)

select * from events
