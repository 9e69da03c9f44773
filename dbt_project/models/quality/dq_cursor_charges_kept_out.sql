{#
One row per UTC day and kind of Cursor event that no rule knows and that states a charge: whether it is owed is not known,
so its money is in no sum.
#}
with

valued_events as (

    select * from {{ ref('int_spend__cursor_valued_events') }}
    where kept_out_usd is not null

),

kept_out as (

    select
        coalesce(event_kind, 'no kind') as event_kind,
        count(*) as n_events,
        sum(kept_out_usd) as kept_out_usd,
        usage_date
    from valued_events
    group by event_kind, usage_date

),

final as (

    select
        {{ finding_columns(
            check_name="'cursor_charge_kept_out'",
            check_scope='event_kind',
            finding=sentence([
                'n_events', "' Cursor events of '", 'usage_date', "' state '",
                decimal_text('kept_out_usd'), "' USD under the kind ('", 'event_kind',
                "'), of which no rule says whether it is owed: the money is in no sum'"
            ]),
            observed_value='kept_out_usd',
            expected_value='0',
            check_date='usage_date'
        ) }},
        cast(kept_out_usd as {{ numeric_type() }}) as kept_out_usd,
        cast(n_events as {{ dbt.type_bigint() }}) as n_events
    from kept_out

)

select * from final
