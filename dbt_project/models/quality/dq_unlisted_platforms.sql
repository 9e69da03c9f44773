{#
One row per line of the seats tab whose tool is not listed: it is a platform with seats and no usage. A slip of the pen in
the name of a listed one looks the same.
#}
with

seats as (

    select * from {{ ref('int_spend__seats') }}
    where not is_listed_platform and repeated_sheet_row is null

),

platforms as (

    select * from {{ ref('platforms') }}

),

known as (

    select {{ dbt.listagg('platform', "', '", 'order by platform') }} as known_words
    from platforms

),

final as (

    select
        {{ finding_columns(
            check_name="'unlisted_platform'",
            check_scope=sentence(["'tab seats row '", 'seats.sheet_row', "': '", 'seats.platform']),
            finding=sentence([
                "'row '", 'seats.sheet_row', "' of the tab seats: \"'", 'seats.platform_name',
                "'\" in the column platform is no tool whose usage is read ('", 'known.known_words',
                "'), so it is a platform of its own, '", 'seats.platform', "', with '",
                decimal_text('seats.monthly_usd'), "' USD a month in the category '",
                'seats.category'
            ]),
            observed_value='1',
            check_date='cast(seats._loaded_at as date)'
        ) }},
        seats.platform,
        seats.category,
        seats.sheet_row
    from seats
    cross join known

)

select * from final
