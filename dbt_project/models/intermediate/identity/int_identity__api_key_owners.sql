{#
One row per usable line of the mapping sheet and API key it means, with its validity (start
included, end excluded): of a line that names a key, the days on which the key had that name.
#}
{{ config(materialized='table') }}
with

mappings as (

    select * from {{ ref('stg_sheets__api_key_mappings') }}
    where
        (api_key_id is not null or api_key_name is not null)
        and (valid_from_text is null or valid_from_date is not null)
        and (valid_to_text is null or valid_to_date is not null)

),

key_names as (

    select * from {{ ref('int_identity__api_key_names') }}

),

periods as (

    select
        sheet_row,
        api_key_id,
        api_key_name,
        owner_email,
        platform,
        coalesce(valid_from_date, cast('1900-01-01' as date)) as valid_from_date,
        coalesce(valid_to_date, cast('9999-12-31' as date)) as valid_to_date
    from mappings

),

by_id as (

    select
        'api_key_id' as mapped_by,
        api_key_id,
        sheet_row,
        owner_email,
        platform,
        valid_from_date,
        valid_to_date
    from periods
    where api_key_id is not null

),

by_name as (

    select
        'api_key_name' as mapped_by,
        key_names.api_key_id,
        periods.sheet_row,
        periods.owner_email,
        periods.platform,
        greatest(periods.valid_from_date, key_names.valid_from_date) as valid_from_date,
        least(periods.valid_to_date, key_names.valid_to_date) as valid_to_date
    from periods
    inner join key_names
        on periods.api_key_name = key_names.api_key_name
    where periods.api_key_id is null

),

final as (

    select * from by_id

    union all

    select * from by_name

)

select * from final
where valid_from_date < valid_to_date
