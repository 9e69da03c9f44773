{# One row per raw table, day and text of fields that the contract does not know. #}
{{ unknown_fields(
    'orchestrator',
    day_tables=[],
    other_tables=['task_executions', 'routing_decisions', 'provider_pricing']
) }}
