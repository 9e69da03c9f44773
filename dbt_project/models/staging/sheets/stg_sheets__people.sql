{# One row per line of the people tab: a person and a period of validity. #}
{# A cell that cannot be read becomes NULL here and a finding in dq_unreadable_sheet_cells. #}
with

source as (

    select * from {{ source('sheets', 'people') }}

),

cells as (

    select
        sheet_row,
        {% for cell in [
            'email', 'aliases', 'name', 'department', 'team', 'manager_email',
            'cost_centre', 'valid_from', 'valid_to'
        ] %}
        {{ identity_text(cell) }} as {{ cell }},
        {% endfor %}
        person_id,
        _loaded_at
    from source

),

renamed as (

    select
        sheet_row,
        person_id,
        {{ strict_email('email') }} as person_email,
        aliases as aliases_text,
        name as person_name,
        department as department_name,
        team as team_name,
        {{ strict_email('manager_email') }} as manager_email,
        cost_centre,
        valid_from as valid_from_text,
        valid_to as valid_to_text,
        email is not null and {{ strict_email('email') }} is null as is_email_unreadable,
        manager_email is not null and {{ strict_email('manager_email') }} is null
            as has_unreadable_manager,
        {{ strict_date('valid_from') }} as valid_from_date,
        {{ strict_date('valid_to') }} as valid_to_date,
        {{ utc_timestamp('_loaded_at') }} as _loaded_at

    from cells

)

select * from renamed
