{#
One row per e-mail that the people sheet names, as somebody's own or as an alias, in any of its
rows.
#}
with

sheet_people as (

    select * from {{ ref('stg_sheets__people') }}

),

written as (

    select
        {{ regexp_replaced("coalesce(aliases_text, '')", '[,;\\s\\x{0085}\\p{Z}]+', ';') }}
            as aliases_text
    from sheet_people

),

named as (

    select person_email as user_email
    from sheet_people

    union distinct

    select {{ normalise_email('split_value') }} as user_email
    from written
    {{ cross_join_split('aliases_text', ';') }}

)

select user_email
from named
where user_email is not null
