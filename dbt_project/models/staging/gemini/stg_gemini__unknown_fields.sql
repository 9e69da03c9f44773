{# One row per raw table, day and text of fields that the contract does not know. #}
{{ unknown_fields(
    'gemini',
    day_tables=[
        'activity_events',
    ],
    other_tables=[]
) }}
