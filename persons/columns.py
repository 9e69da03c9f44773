"""Which columns of a mart are about persons: every text column, except those that are known not to be.

So a column that somebody adds later is personal until it is listed here. `tests/e2e/test_personal_columns.py` holds the list against the
people of a company: every column that names one of them, and no other.
"""

from collections.abc import Mapping

NOT_PERSONAL = frozenset(
    """
    acceptance_distribution_id acceptance_measure active_people_id actor_type ai_evidence ai_tool algorithm_version
    alias_type allocation_accuracy_id allocation_method anomaly_id anomaly_status api_consumption_id
    api_team_daily_id app_name apply_most_used_extension attribution_method baseline_model baseline_price_version
    baseline_price_versions baseline_provider billing_account_id billing_account_name billing_currency break_kind
    break_label break_note budget_scope budget_scope_value budget_status_id category cell_column_name cell_fault
    changed_prices charge_category charge_class charge_frequency charge_id charge_status chargeback_id
    charged_cost_centre cheapest_alternative_provider check_day_id check_name check_status chosen_provider
    client_version cohort_id column_names commit_sha commitment_discount_id commitment_discount_status
    compliance_status consumed_unit context_type context_window cost_basis cost_centre cost_component
    cost_difference_id cost_method cost_reconciliation_id counted_by currency daily_spend_id day_status
    department_name deployment_environment deployment_event_id deployment_id detection_method development_metric_id
    difference_reason documentation_order dora_id entry_type environment episode_id error_class event_type
    extract_run_id failure_evidence fixes_deployment_id forecast_backtest_id inference_geo input_version
    interval_method invoice_id invoice_issuer_name key_status known_by largest_difference_measure lead_null_reason
    legacy_table_name likely_model limit_period limit_scope_type limit_source_type load_id loader_versions
    measure_name measured_by member_price_versions metric_definition metric_name metric_role metric_type model
    month_end_cost_centre month_end_department_name month_end_team_name month_status most_used_model naive_warning
    null_reason organization_id overview_monthly_id part_name part_type period_type phase phase_null_reason
    phase_scope phase_weekly_id pipeline_run_id plan_name platform platform_detection_method platform_name
    platform_overlap_id platform_rule_id policy_version pr_event_id pr_state price_basis price_id price_origin
    price_restatement_id price_row_name price_simulation_id price_source price_version price_versions priced_model
    pricing_category pricing_currency pricing_model pricing_unit product promise_status provider provider_name
    provider_price_id publisher_name pull_request_id quantity_basis read_day_id reconciliation_status
    recorded_deployment_id recovery_null_reason remedy repository_id repository_name resource_name
    restatement_reason retry_of_task_id review_rule rollout_source rolls_back_deployment_id rollup_scope
    routing_decision_id routing_quality_id routing_strategy rule_category rule_compliance_event_id rule_name
    rule_note run_id run_outcome savings_day_id savings_period_id savings_projection_id savings_rate_id
    savings_status scenario scenario_description seat_status seat_utilisation_id service service_category
    service_name service_subcategory service_tier share_null_reason shown_workspace_name simulated_model sku_id
    sku_meter sku_price_details sku_price_id source_actor_type source_name source_promise_id source_run_id speed
    spend_basis spend_bridge_id spend_method stated_amount_text status step_name tab_most_used_extension tab_name
    task_id task_type team_daily_id team_month_id team_name team_scope team_scope_level team_weekly_id test_run_id
    test_type token_class unit unpriced_daily_id unprojected_reason unread_reason usage_scope usage_scope_level
    usage_source used_actor_type used_model used_months vendor vendor_terms_id verdict verdict_reason whole_run_id
    """.split()  # noqa: SIM905 - a list of names reads better than a list of strings
)

KEYS_OF_ROWS = frozenset(
    """
    claude_daily_usage_id claude_model_daily_usage_id cursor_daily_usage_id dq_result_id gemini_daily_usage_id
    knowledge_worker_daily_id origin_id owner_candidate_id paper_id person_alias_id person_monthly_id
    person_version_id productivity_daily_id spend_id spend_limit_key spend_line_id spend_part_id spend_record_id
    """.split()  # noqa: SIM905 - a list of names reads better than a list of strings
)
"""Personal columns that hold hashes of what stands in the same row, an address among it."""
MADE_OF_KEYS = frozenset({"charge_id"})
"""Hashes of such a key."""


def personal_columns(columns: Mapping[str, str]) -> list[str]:
    """Return the columns about persons, of columns with their types."""
    return [
        name for name, kind in columns.items() if kind == "VARCHAR" and name not in NOT_PERSONAL
    ]
