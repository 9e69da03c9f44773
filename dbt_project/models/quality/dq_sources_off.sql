{#
One row per platform, or other content, of a source that no run has ever read: what is in no figure, and the seats and
money of which nobody can therefore say whether they are used.
#}
with

source_contents as (

    select * from {{ ref('source_contents') }}
    where
        source_name in (
            {% for source_name in source_names() %}
            '{{ source_name }}'{{ ',' if not loop.last }}
            {% endfor %}
        )

),

extracts as (

    select * from {{ ref('int_runs__extracts') }}

),

platform_seats as (

    select * from {{ ref('int_spend__platform_seats') }}

),

read_sources as (

    select source_name
    from extracts
    group by source_name

),

unread as (

    select
        source_contents.source_name,
        source_contents.content_text,
        {{ blank_to_null('source_contents.platform') }} as platform
    from source_contents
    left join read_sources
        on source_contents.source_name = read_sources.source_name
    where read_sources.source_name is null

),

final as (

    select
        {{ finding_columns(
            check_name="'source_off'",
            check_scope='coalesce(unread.platform, unread.source_name)',
            finding=sentence([
                "'the source '", 'unread.source_name', "' has never been read: '",
                'unread.content_text', "' are in no figure'",
                "case when platform_seats.n_seats > 0 then "
                ~ sentence([
                    "'; '", 'platform_seats.n_seats', "' seats of '", 'platform_seats.n_people',
                    "' people on '", 'unread.platform', "' cost '",
                    decimal_text('platform_seats.seat_cost_usd'),
                    "' USD in the last 30 days, used or not'"
                ]) ~ " else '' end"
            ]),
            observed_value='coalesce(platform_seats.n_seats, 0)',
            check_date=as_of_date()
        ) }},
        unread.source_name,
        unread.platform,
        coalesce(platform_seats.n_seats, 0) as n_seats,
        coalesce(platform_seats.n_people, 0) as n_people,
        coalesce(platform_seats.seat_cost_usd, {{ to_numeric("'0'") }}) as seat_cost_usd
    from unread
    left join platform_seats
        on unread.platform = platform_seats.platform

)

select * from final
