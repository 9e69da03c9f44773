{# One row per daily raw table, UTC day and field: how many rows have a value in it. #}
{{ field_fills('claude_ai', [
    'daily_users',
    'daily_summaries',
    'user_cost_report',
    'user_usage_report',
    'organization_cost_report',
    'audit_log',
]) }}
