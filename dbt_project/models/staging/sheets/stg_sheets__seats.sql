{# One row per line of the seats tab: a subscription seat and a period of validity. #}
{# A cell that cannot be read becomes NULL here and a finding in dq_unreadable_sheet_cells. #}
with

source as (

    select * from {{ source('sheets', 'seats') }}

),

cells as (

    select
        sheet_row,
        {% for cell in [
            'vendor', 'platform', 'category', 'plan', 'email', 'monthly_usd', 'valid_from',
            'valid_to'
        ] %}
        {{ identity_text(cell) }} as {{ cell }},
        {% endfor %}
        _loaded_at
    from source

),

renamed as (

    select
        sheet_row,
        {{ company_word('vendor') }} as vendor,
        vendor as vendor_text,
        {{ snake_word('platform') }} as platform,
        platform as platform_text,
        {{ snake_word('category') }} as category,
        plan as plan_name,
        {{ strict_email('email') }} as seat_email,
        monthly_usd as monthly_usd_text,
        valid_from as valid_from_text,
        valid_to as valid_to_text,
        {{ strict_decimal('monthly_usd') }} as monthly_usd,
        email is not null and {{ strict_email('email') }} is null as is_email_unreadable,
        {{ strict_date('valid_from') }} as valid_from_date,
        {{ strict_date('valid_to') }} as valid_to_date,
        {{ utc_timestamp('_loaded_at') }} as _loaded_at

    from cells

)

select * from renamed
