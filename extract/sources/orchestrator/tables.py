"""Contracts of raw_orchestrator: what an orchestrator's files become, one row per key.

`path` is the file's column, or JSON field. What people may have written ends at landing: see `dropped`.
"""

from extract.landing.contracts import OPEN_END, Column, Kind, Mode, Table, columns


def _counts(names: str) -> list[Column]:
    return [Column(name, Kind.INT, name, is_count=True) for name in names.split()]


TASK_EXECUTIONS = Table(
    "task_executions",
    Mode.KEY,
    (
        Column("task_id", Kind.CODE, "task_id", required=True),
        # A person; some orchestrators use the e-mail address.
        Column("user_id", Kind.ID, "user_id", personal=True),
        Column("organization_id", Kind.CODE, "organization_id", required=True),
        Column("provider", Kind.CODE, "provider", required=True),
        Column("model", Kind.CODE, "model"),
        Column("task_type", Kind.CODE, "task_type"),
        Column("start_time", Kind.UTC_TIMESTAMP, "start_time", required=True),
        Column("end_time", Kind.UTC_TIMESTAMP, "end_time"),
        *_counts(
            "duration_ms tokens_used uncached_input_tokens output_tokens cache_read_tokens"
            " cache_write_5m_tokens cache_write_1h_tokens"
        ),
        Column("service_tier", Kind.CODE, "service_tier"),
        Column("compute_units", Kind.NUMERIC, "compute_units", is_count=True),
        # What the orchestrator says it cost: reported only, never the cost of a mart.
        Column("reported_cost", Kind.NUMERIC, "actual_cost"),
        Column("reported_baseline_cost", Kind.NUMERIC, "baseline_cost"),
        Column("reported_savings", Kind.NUMERIC, "savings"),
        Column("currency", Kind.CODE, "currency"),
        Column("success", Kind.BOOL, "success", required=True),
        # Choosing a provider, not work that somebody asked for: a classifier's call, say.
        Column("is_routing_overhead", Kind.BOOL, "is_routing_overhead"),
        Column("error_class", Kind.ERROR_CLASS, "error_message"),
        Column("confidence_score", Kind.FLOAT, "confidence_score"),
        Column("routing_decision_id", Kind.CODE, "routing_decision_id"),
        Column("retry_of_task_id", Kind.CODE, "retry_of_task_id"),
        Column("created_at", Kind.UTC_TIMESTAMP, "created_at"),
        Column("updated_at", Kind.UTC_TIMESTAMP, "updated_at"),
        Column("file_id", Kind.CODE),
    ),
    dropped=frozenset({"id", "task_description"}),
    key=("organization_id", "task_id"),
    free_text=False,
)

ROUTING_DECISIONS = Table(
    "routing_decisions",
    Mode.KEY,
    (
        Column(
            "routing_decision_id", Kind.CODE, "routing_decision_id", required=True, aliases=("id",)
        ),
        Column("task_id", Kind.CODE, "task_id", required=True),
        Column("organization_id", Kind.CODE, "organization_id"),
        Column("chosen_provider", Kind.CODE, "chosen_provider"),
        Column("routing_strategy", Kind.CODE, "routing_strategy"),
        Column("alternative_providers", Kind.ALTERNATIVES, "alternative_providers"),
        Column("confidence_score", Kind.FLOAT, "confidence_score"),
        Column("estimated_cost", Kind.NUMERIC, "estimated_cost"),
        *_counts("estimated_duration_ms"),
        Column("potential_savings", Kind.NUMERIC, "potential_savings"),
        Column("algorithm_version", Kind.CODE, "algorithm_version"),
        Column("created_at", Kind.UTC_TIMESTAMP, "created_at"),
        Column("file_id", Kind.CODE),
    ),
    dropped=frozenset({"reasoning"}),
    key=("organization_id", "routing_decision_id"),
    free_text=False,
)

PROVIDER_PRICING = Table(
    "provider_pricing",
    Mode.KEY,
    (
        Column("pricing_id", Kind.CODE, "pricing_id", required=True, aliases=("id",)),
        Column("provider", Kind.CODE, "provider", required=True),
        *columns(Kind.CODE, "model task_type"),
        Column("pricing_model", Kind.CODE, "pricing_model", required=True),
        *columns(Kind.CODE, "token_class service_tier"),
        # As delivered: nine decimals cannot hold the price of one token.
        Column("cost_per_unit", Kind.DECIMAL, "cost_per_unit", required=True),
        Column("currency", Kind.CODE, "currency"),
        Column("effective_date", Kind.DATE, "effective_date", required=True),
        Column("end_date", Kind.DATE, "end_date", last_day=OPEN_END),
        Column("price_source", Kind.CODE, "source", aliases=("price_source",)),
        Column("created_at", Kind.UTC_TIMESTAMP, "created_at"),
        Column("file_id", Kind.CODE),
    ),
    dropped=frozenset({"notes", "created_by"}),
    key=("pricing_id",),
    free_text=False,
)

TABLES = (TASK_EXECUTIONS, ROUTING_DECISIONS, PROVIDER_PRICING)
