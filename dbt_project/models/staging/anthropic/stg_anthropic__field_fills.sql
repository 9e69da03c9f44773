{# One row per daily raw table, UTC day and field: how many rows have a value in it. #}
{{ field_fills('anthropic', [
    'usage_report_messages',
    'cost_report',
    'analytics_cost',
    'analytics_cost_requests',
    'analytics_cost_terms',
    'usage_report_claude_code',
    'usage_report_claude_code_models',
]) }}
