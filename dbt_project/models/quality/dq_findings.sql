{#
One row per check, scope and date that a check returns. To add a check, add its model to the list.
#}
{%- set check_models = [
    'dq_alias_conflicts',
    'dq_allocation_errors',
    'dq_attributed_records',
    'dq_attributed_usd',
    'dq_baseline_policies',
    'dq_bill_scale',
    'dq_bill_unit_prices',
    'dq_costly_tasks',
    'dq_chat_in_two_blocks',
    'dq_cursor_charges_kept_out',
    'dq_cursor_requests_without_charge',
    'dq_budget_contradictions',
    'dq_dual_writing',
    'dq_duplicate_people',
    'dq_gemini_history',
    'dq_history_gaps',
    'dq_late_tasks',
    'dq_mapping_conflicts',
    'dq_mappings_without_key',
    'dq_missing_bills',
    'dq_money_without_rate',
    'dq_negative_savings',
    'dq_new_fields',
    'dq_organization_totals',
    'dq_people_in_several_groups',
    'dq_pipeline_times',
    'dq_platform_accuracy',
    'dq_price_changes',
    'dq_price_rows',
    'dq_price_scenarios',
    'dq_quarantined_rows',
    'dq_reconciliation_drift',
    'dq_repeated_sheet_rows',
    'dq_seats_without_usage_source',
    'dq_sources_off',
    'dq_stale_prices',
    'dq_stale_sources',
    'dq_unknown_budget_scopes',
    'dq_unknown_keys',
    'dq_unknown_products',
    'dq_unlisted_platforms',
    'dq_unmatched_claude_code_use',
    'dq_unpriced_overhead',
    'dq_unpriced_tasks',
    'dq_unreadable_sheet_cells',
    'dq_unreported_claude_code_people',
    'dq_usage_without_price',
    'dq_vanished_fields',
    'dq_volume_drops',
] %}
{% for check_model in check_models %}
select
    check_date,
    check_name,
    check_scope,
    finding,
    observed_value,
    expected_value
from {{ ref(check_model) }}
{% if not loop.last %}
union all
{% endif %}
{%- endfor %}
