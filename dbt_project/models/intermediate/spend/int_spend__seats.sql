{#
One row per line of the seats tab that can be read: the tool it is for, known under whatever spelling, and whether an
earlier line says the same. A tool that is not listed is a platform of its own, with the category that its first line
with a known one states, else `other`, and with the vendor of its first line that names one.
#}
{{ config(materialized='table') }}
with

sheet_seats as (

    select * from {{ ref('stg_sheets__seats') }}
    where
        monthly_usd is not null
        -- A date that cannot be read must not open a validity for ever.
        and (valid_from_text is null or valid_from_date is not null)
        and (valid_to_text is null or valid_to_date is not null)

),

platforms as (

    select * from {{ ref('platforms') }}

),

platform_spellings as (

    select * from {{ ref('platform_spellings') }}

),

vendor_spellings as (

    select * from {{ ref('int_spend__vendor_spellings') }}

),

-- Vendor and platform stand in for each other.
worded as (

    select
        *,
        coalesce(platform, vendor) as platform_word
    from sheet_seats

),

named as (

    select
        worded.sheet_row,
        coalesce(platform_spellings.platform, worded.platform_word) as platform,
        coalesce(worded.platform_text, worded.vendor_text) as platform_text,
        coalesce(vendor_spellings.vendor, worded.vendor) as vendor,
        case
            when worded.category in ('coding_agents', 'api_usage', 'ai_assistants', 'other')
                then worded.category
        end as category,
        worded.plan_name,
        worded.seat_email,
        worded.monthly_usd,
        worded.valid_from_date,
        worded.valid_to_date,
        worded._loaded_at
    from worded
    left join platform_spellings
        on worded.platform_word = platform_spellings.spelling
    left join vendor_spellings
        on worded.vendor = vendor_spellings.spelling
    where worded.platform_word is not null

),

-- The first line of a tool with something to say speaks for all of its lines.
compared as (

    select
        *,
        first_value(platform_text) over (
            partition by platform
            order by sheet_row
            rows between unbounded preceding and unbounded following
        ) as first_platform_text,
        first_value(vendor) over (
            partition by platform
            order by case when vendor is null then 1 else 0 end, sheet_row
            rows between unbounded preceding and unbounded following
        ) as first_vendor,
        first_value(category) over (
            partition by platform
            order by case when category is null then 1 else 0 end, sheet_row
            rows between unbounded preceding and unbounded following
        ) as first_category,
        min(sheet_row) over (
            partition by
                platform, seat_email, lower(plan_name), monthly_usd, valid_from_date, valid_to_date
        ) as first_sheet_row
    from named

),

final as (

    select
        compared.sheet_row,
        -- Seats that name nobody may be several alike.
        case
            when compared.seat_email is not null and compared.first_sheet_row < compared.sheet_row
                then compared.first_sheet_row
        end as repeated_sheet_row,
        compared.platform,
        coalesce(platforms.vendor, compared.first_vendor, compared.platform) as vendor,
        coalesce(platforms.platform_name, compared.first_platform_text) as platform_name,
        case
            when platforms.platform is not null then platforms.category
            else coalesce(compared.first_category, 'other')
        end as category,
        compared.plan_name,
        compared.seat_email,
        compared.monthly_usd,
        platforms.platform is not null as is_listed_platform,
        compared.valid_from_date,
        compared.valid_to_date,
        compared._loaded_at
    from compared
    left join platforms
        on compared.platform = platforms.platform

)

select * from final
