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

in_force as (

    select
        *,
        lead(valid_from_date) over (
            partition by provider, model, task_type, token_class, service_tier
            order by valid_from_date
        ) as next_valid_from_date
    from {{ ref('int_savings__prices') }}

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
            'price_row_name', "' ends, and '", 'next_valid_from_date'
        ]) }} as found_sentence,
        valid_to_date as found_date
    from in_force
    where next_valid_from_date > valid_to_date

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
