{# One row per raw table, day and text of fields that the contract does not know. #}
{{ unknown_fields(
    'dev_events',
    day_tables=[],
    other_tables=['deployments', 'test_runs', 'rule_compliance', 'incidents']
) }}
