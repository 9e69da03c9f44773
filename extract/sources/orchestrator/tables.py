"""Contracts of raw_orchestrator: what an orchestrator's files become, one row per key.

`path` is the file's column, or JSON field. What people may have written ends at landing: see `dropped`.
"""

from extract.landing.contracts import Column, Kind, Mode, Table, columns

TASK_EXECUTIONS = Table(
    "task_executions",
    Mode.KEY,
    (
        Column("task_id", Kind.CODE, "task_id", required=True),
        # A person; some orchestrators use the e-mail address.
        Column("user_id", Kind.STRING, "user_id", personal=True),
        Column("organization_id", Kind.CODE, "organization_id", required=True),
        Column("provider", Kind.CODE, "provider", required=True),
        Column("model", Kind.CODE, "model"),
        Column("task_type", Kind.CODE, "task_type"),
        Column("start_time", Kind.TIMESTAMP, "start_time", required=True),
        Column("end_time", Kind.TIMESTAMP, "end_time"),
        *columns(
            Kind.INT,
            "duration_ms tokens_used uncached_input_tokens output_tokens cache_read_tokens"
            " cache_write_5m_tokens cache_write_1h_tokens",
        ),
        Column("service_tier", Kind.CODE, "service_tier"),
        Column("compute_units", Kind.NUMERIC, "compute_units"),
        # What the orchestrator says it cost: reported only, never the cost of a mart.
        Column("reported_cost", Kind.NUMERIC, "actual_cost"),
        Column("reported_baseline_cost", Kind.NUMERIC, "baseline_cost"),
        Column("reported_savings", Kind.NUMERIC, "savings"),
        Column("currency", Kind.CODE, "currency"),
        Column("success", Kind.BOOL, "success", required=True),
        # By rule, from error_message: see error_classes.
        Column("error_class", Kind.CODE),
        Column("confidence_score", Kind.FLOAT, "confidence_score"),
        Column("routing_decision_id", Kind.CODE, "routing_decision_id"),
        Column("retry_of_task_id", Kind.CODE, "retry_of_task_id"),
        Column("created_at", Kind.TIMESTAMP, "created_at"),
        Column("updated_at", Kind.TIMESTAMP, "updated_at"),
        Column("file_id", Kind.CODE),
    ),
    dropped=frozenset({"id", "task_description", "error_message"}),
    free_text=False,
)

ROUTING_DECISIONS = Table(
    "routing_decisions",
    Mode.KEY,
    (
        Column("routing_decision_id", Kind.CODE, "routing_decision_id", required=True),
        Column("task_id", Kind.CODE, "task_id", required=True),
        Column("organization_id", Kind.CODE, "organization_id"),
        Column("chosen_provider", Kind.CODE, "chosen_provider"),
        Column("routing_strategy", Kind.CODE, "routing_strategy"),
        # A list of {provider, score, estimated_cost}; other fields of an entry are dropped.
        Column("alternative_providers", Kind.JSON, "alternative_providers"),
        Column("confidence_score", Kind.FLOAT, "confidence_score"),
        Column("estimated_cost", Kind.NUMERIC, "estimated_cost"),
        Column("estimated_duration_ms", Kind.INT, "estimated_duration_ms"),
        Column("potential_savings", Kind.NUMERIC, "potential_savings"),
        Column("algorithm_version", Kind.CODE, "algorithm_version"),
        Column("created_at", Kind.TIMESTAMP, "created_at"),
        Column("file_id", Kind.CODE),
    ),
    dropped=frozenset({"reasoning"}),
    free_text=False,
)

PROVIDER_PRICING = Table(
    "provider_pricing",
    Mode.KEY,
    (
        Column("pricing_id", Kind.CODE, "pricing_id", required=True),
        Column("provider", Kind.CODE, "provider", required=True),
        *columns(Kind.CODE, "model task_type"),
        Column("pricing_model", Kind.CODE, "pricing_model", required=True),
        *columns(Kind.CODE, "token_class service_tier"),
        # As delivered: nine decimals cannot hold the price of one token.
        Column("cost_per_unit", Kind.DECIMAL, "cost_per_unit", required=True),
        Column("currency", Kind.CODE, "currency"),
        Column("effective_date", Kind.DATE, "effective_date", required=True),
        Column("end_date", Kind.DATE, "end_date"),
        Column("price_source", Kind.CODE, "source"),
        Column("created_at", Kind.TIMESTAMP, "created_at"),
        Column("file_id", Kind.CODE),
    ),
    dropped=frozenset({"notes", "created_by"}),
    free_text=False,
)

KEYS = {
    TASK_EXECUTIONS: "task_id",
    ROUTING_DECISIONS: "routing_decision_id",
    PROVIDER_PRICING: "pricing_id",
}
"""What identifies a row: delivered again it replaces itself."""

ALIASES = {
    "routing_decision_id": ("id",),
    "pricing_id": ("id",),
    "price_source": ("price_source",),
}
"""Other names of a field."""

NOT_NEGATIVE = frozenset(
    {
        "duration_ms",
        "tokens_used",
        "uncached_input_tokens",
        "output_tokens",
        "cache_read_tokens",
        "cache_write_5m_tokens",
        "cache_write_1h_tokens",
        "compute_units",
        "estimated_duration_ms",
    }
)

TABLES = tuple(KEYS)
