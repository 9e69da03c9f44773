{#
One row per person whom only the vendor's groups know and who is in several of them now: which is the team nobody says, so it is none.
#}
with

group_people as (

    select * from {{ ref('int_identity__group_people') }}
    where
        n_groups > 1
        and valid_from_date <= {{ as_of_date() }}
        and coalesce(valid_to_date, cast('9999-12-31' as date)) > {{ as_of_date() }}

),

final as (

    select
        {{ finding_columns(
            check_name="'person_in_several_groups'",
            check_scope='person_email',
            finding=sentence([
                'person_email', "' is in '", 'n_groups',
                "' groups of Anthropic and not in the tab people: which of them is the team nobody says'"
            ]),
            observed_value='n_groups',
            expected_value='1',
            check_date='valid_from_date'
        ) }},
        person_email,
        n_groups
    from group_people

)

select * from final
