{# One row per raw table, day and text of fields that the contract does not know. #}
{{ unknown_fields(
    'claude_ai',
    day_tables=[
        'daily_users',
        'daily_summaries',
        'user_cost_report',
        'user_usage_report',
        'organization_cost_report',
        'audit_log',
    ],
    other_tables=[
        'spend_reports',
        'claude_code_team_reports',
    ]
) }}
