{# One row per raw table, day and text of fields that the contract does not know. #}
{{ unknown_fields(
    'cursor',
    day_tables=[
        'daily_usage',
        'usage_events',
    ],
    other_tables=[
        'team_members',
        'spend',
        'groups',
        'group_members',
    ]
) }}
