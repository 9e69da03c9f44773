{# One row per line of the people tab: a person and a period of validity. #}
{# A date that cannot be read becomes NULL here and a finding in dq_unreadable_sheet_cells. #}
with

source as (

    select * from {{ source('sheets', 'people') }}

),

renamed as (

    select
        sheet_row,
        person_id,
        {{ normalise_email('email') }} as person_email,
        {{ blank_to_null('aliases') }} as aliases_text,
        {{ blank_to_null('name') }} as person_name,
        {{ blank_to_null('department') }} as department_name,
        {{ blank_to_null('team') }} as team_name,
        {{ normalise_email('manager_email') }} as manager_email,
        {{ blank_to_null('cost_centre') }} as cost_centre,
        {{ blank_to_null('valid_from') }} as valid_from_text,
        {{ blank_to_null('valid_to') }} as valid_to_text,
        {{ try_cast("nullif(trim(valid_from), '')", 'date') }} as valid_from_date,
        {{ try_cast("nullif(trim(valid_to), '')", 'date') }} as valid_to_date,
        {{ utc_timestamp('_loaded_at') }} as _loaded_at

    from source

)

select * from renamed
