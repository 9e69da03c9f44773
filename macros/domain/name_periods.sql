{#
The CTEs of a model with one row per thing, name it had and period (start included, end excluded): `name_periods`, from the
CTEs `versions` (thing_id, thing_name, is_current, version_started_at) and `first_uses` (thing_id, first_used_date).
A name holds until another is seen. The first one seen holds from the beginning, because nobody knows of another; a name
that somebody else is seen with later, while the thing has lost it, has gone over on the day the other is first seen or used.
#}
{% macro name_periods() -%}
numbered as (

    select
        thing_id,
        thing_name,
        is_current,
        cast(version_started_at as date) as seen_date,
        row_number() over (
            partition by thing_id order by version_started_at asc, thing_name asc
        ) as version_number,
        lag(thing_name) over (
            partition by thing_id order by version_started_at asc, thing_name asc
        ) as name_before,
        max(case when is_current then 1 else 0 end) over (partition by thing_id) as is_listed
    from versions

),

-- A version with the name of the one before changed something else.
changes as (

    select
        *,
        lead(seen_date) over (partition by thing_id order by version_number) as next_seen_date
    from numbered
    where version_number = 1 or coalesce(thing_name, '') <> coalesce(name_before, '')

),

holdings as (

    select
        changes.thing_id,
        changes.thing_name,
        changes.next_seen_date is null and changes.is_listed = 1 as is_held,
        case
            when changes.version_number > 1 then changes.seen_date
            else cast('1900-01-01' as date)
        end as begins_date,
        case
            when changes.version_number > 1 then changes.seen_date
            else least(
                    changes.seen_date, coalesce(first_uses.first_used_date, changes.seen_date)
                )
        end as held_from_date,
        coalesce(changes.next_seen_date, cast('9999-12-31' as date)) as ends_date
    from changes
    left join first_uses
        on changes.thing_id = first_uses.thing_id
    where changes.thing_name is not null

),

handovers as (

    select
        before.thing_id,
        before.thing_name,
        before.held_from_date,
        min(later.held_from_date) as handed_over_date
    from holdings as before
    inner join holdings as later
        on
            before.thing_name = later.thing_name
            and before.thing_id <> later.thing_id
            and before.held_from_date < later.held_from_date
            and later.held_from_date < before.ends_date
    where not before.is_held
    group by before.thing_id, before.thing_name, before.held_from_date

),

-- The days on which a name came to somebody: before the first of them it was not his.
arrivals as (

    select
        later.thing_id,
        later.thing_name,
        later.held_from_date
    from holdings as later
    inner join handovers
        on
            later.thing_name = handovers.thing_name
            and later.thing_id <> handovers.thing_id
            and later.held_from_date = handovers.handed_over_date
    group by later.thing_id, later.thing_name, later.held_from_date

),

name_periods as (

    select
        holdings.thing_id,
        holdings.thing_name,
        case
            when arrivals.held_from_date is not null then holdings.held_from_date
            else holdings.begins_date
        end as valid_from_date,
        coalesce(handovers.handed_over_date, holdings.ends_date) as valid_to_date
    from holdings
    left join handovers
        on
            holdings.thing_id = handovers.thing_id
            and holdings.thing_name = handovers.thing_name
            and holdings.held_from_date = handovers.held_from_date
    left join arrivals
        on
            holdings.thing_id = arrivals.thing_id
            and holdings.thing_name = arrivals.thing_name
            and holdings.held_from_date = arrivals.held_from_date

)
{%- endmacro %}
