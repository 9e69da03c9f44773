{# One row per raw table, day and text of fields that the contract does not know. #}
{{ unknown_fields(
    'sheets',
    day_tables=[],
    other_tables=[
        'api_key_mapping',
        'people',
        'seats',
        'invoices',
        'budgets',
        'provider_pricing',
        'baseline_policies',
        'task_retention',
    ]
) }}
