{#
One row per stated price of a task provider that prices nothing or that contradicts another: unusable (negative, unreadable,
no rate for its currency), overlapping with a row of the same origin, or followed by days without a price.
#}
with

price_rows as (

    select
        *,
        {{ surrogate_key([
            'provider', 'model', 'task_type', 'token_class', 'service_tier'
        ]) }} as price_key,
        coalesce(valid_to_date, cast('9999-12-31' as date)) as ends_before_date
    from {{ ref('int_savings__price_rows') }}

),

prices as (

    select * from {{ ref('int_savings__prices') }}

),

kinds as (

    select
        {{ surrogate_key([
            'provider', 'model', 'task_type', 'token_class', 'service_tier'
        ]) }} as price_key,
        provider,
        model,
        task_type,
        token_class,
        service_tier,
        min(valid_from_date) as first_date
    from prices
    group by provider, model, task_type, token_class, service_tier

),

-- What can charge a kind: its own prices, and those for all models, task types, classes or tiers.
fitting_prices as (

    select
        kinds.price_key,
        kinds.first_date,
        prices.price_row_name,
        prices.provider,
        prices.valid_from_date,
        prices.valid_to_date
    from kinds
    inner join prices
        on
            kinds.provider = prices.provider
            {%- for column in ['model', 'task_type', 'token_class', 'service_tier'] %}
            and coalesce(prices.{{ column }}, kinds.{{ column }}, '')
            = coalesce(kinds.{{ column }}, '')
            {%- endfor %}

),

-- What charges a kind on the day on which a price of it ends, or later.
ended_prices as (

    select
        ended.price_key,
        ended.price_row_name,
        ended.provider,
        ended.valid_to_date,
        min(next_prices.valid_from_date) as earliest_valid_from_date
    from fitting_prices as ended
    inner join fitting_prices as next_prices
        on
            ended.price_key = next_prices.price_key
            and ended.valid_to_date
            < coalesce(next_prices.valid_to_date, cast('9999-12-31' as date))
    where ended.valid_to_date > ended.first_date
    group by ended.price_key, ended.price_row_name, ended.provider, ended.valid_to_date

),

unusable as (

    select
        'unusable_price' as found_check,
        price_row_name as found_row,
        {{ sentence([
            'price_row_name', "' prices nothing: '", 'unusable_reason', "' ('", 'provider',
            "' at '", 'stated_price', "' from '", 'valid_from_date', "')'"
        ]) }} as found_sentence,
        valid_from_date as found_date
    from price_rows
    where unusable_reason is not null

),

overlapping as (

    select
        'price_overlap' as found_check,
        {{ sentence(['earlier.price_row_name', "' and '", 'rivals.price_row_name']) }} as found_row,
        {{ sentence([
            'earlier.price_row_name', "' and '", 'rivals.price_row_name', "' both price '",
            'earlier.provider', "' from '", 'rivals.valid_from_date',
            "': the one that was made last is used'"
        ]) }} as found_sentence,
        rivals.valid_from_date as found_date
    from price_rows as earlier
    inner join price_rows as rivals
        on
            earlier.price_key = rivals.price_key
            and earlier.price_origin = rivals.price_origin
            and earlier.price_row_name <> rivals.price_row_name
            and earlier.valid_from_date <= rivals.valid_from_date
            and earlier.ends_before_date > rivals.valid_from_date
            and (
                earlier.valid_from_date < rivals.valid_from_date
                or earlier.price_row_name < rivals.price_row_name
            )
    where earlier.unusable_reason is null and rivals.unusable_reason is null

),

gaps as (

    select
        'price_gap' as found_check,
        price_row_name as found_row,
        {{ sentence([
            "'nothing prices '", 'provider', "' between '", 'valid_to_date', "', where '",
            'price_row_name', "' ends, and '", 'min(earliest_valid_from_date)'
        ]) }} as found_sentence,
        valid_to_date as found_date
    from ended_prices
    where earliest_valid_from_date > valid_to_date
    group by price_row_name, provider, valid_to_date

),

found as (

    select * from unusable

    union all

    select * from overlapping

    union all

    select * from gaps

),

final as (

    select distinct
        {{ finding_columns(
            check_name='found_check',
            check_scope='found_row',
            finding='found_sentence',
            observed_value="'1'",
            check_date='coalesce(found_date, ' ~ as_of_date() ~ ')'
        ) }}
    from found

)

select * from final
