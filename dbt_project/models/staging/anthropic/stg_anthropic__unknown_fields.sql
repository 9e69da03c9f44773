{# One row per raw table, day and text of fields that the contract does not know. #}
{{ unknown_fields(
    'anthropic',
    day_tables=[
        'usage_report_messages',
        'cost_report',
        'analytics_cost',
        'analytics_cost_requests',
        'analytics_cost_terms',
        'usage_report_claude_code',
        'usage_report_claude_code_models',
    ],
    other_tables=[
        'api_keys',
        'users',
        'workspaces',
        'workspace_members',
        'invites',
        'organizations',
    ]
) }}
