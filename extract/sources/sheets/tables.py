"""Contracts of raw_sheets: the tabs and their headers. Every cell is text as it is shown."""

from extract.landing.contracts import Column, Kind, Mode, Table

HEADERS: dict[str, tuple[str, ...]] = {
    "api_key_mapping": (
        "api_key_id",
        "api_key_name",
        "owner_email",
        "platform",
        "purpose",
        "valid_from",
        "valid_to",
    ),
    "people": (
        "email",
        "aliases",
        "name",
        "department",
        "team",
        "manager_email",
        "cost_centre",
        "valid_from",
        "valid_to",
    ),
    "seats": (
        "vendor",
        "platform",
        "category",
        "plan",
        "email",
        "monthly_usd",
        "valid_from",
        "valid_to",
    ),
    "invoices": ("vendor", "invoice_month", "amount", "currency", "invoice_id"),
    "budgets": ("scope", "scope_value", "month", "amount_usd"),
    "provider_pricing": (
        "pricing_id",
        "provider",
        "model",
        "task_type",
        "pricing_model",
        "token_class",
        "service_tier",
        "cost_per_million_usd",
        "effective_date",
        "end_date",
        "price_source",
    ),
    "baseline_policies": (
        "organization_id",
        "valid_from",
        "valid_to",
        "provider",
        "model",
        "approved_by",
        "rationale",
    ),
    "task_retention": ("organization_id", "retention_days"),
}
ALTERNATIVES: dict[str, tuple[str, ...]] = {"api_key_mapping": ("api_key_id", "api_key_name")}
"""Headers of which one is enough."""
OPTIONAL: dict[str, tuple[str, ...]] = {"seats": ("category",)}
"""Headers that a tab may lack."""

REQUIRED_TABS = frozenset({"api_key_mapping", "people"})
PERSONAL = frozenset(
    {"api_key_name", "owner_email", "email", "aliases", "name", "manager_email", "approved_by"}
)
KEYED = {"people": Column("person_id", Kind.CODE, keyed_from="email")}
"""What the loader adds to a tab."""
SILENT_TABS = frozenset({"provider_pricing", "baseline_policies", "task_retention"})
"""Only companies with a task orchestrator have them; the others are not told that they lack them."""


def _table(tab: str) -> Table:
    return Table(
        tab,
        Mode.TAB,
        (
            Column("sheet_tab", Kind.STRING, required=True),
            Column("sheet_row", Kind.INT, "sheet_row", required=True),
            *(
                Column(header, Kind.STRING, header, personal=header in PERSONAL)
                for header in HEADERS[tab]
            ),
            *([KEYED[tab]] if tab in KEYED else []),
        ),
    )


TABS: dict[str, Table] = {tab: _table(tab) for tab in HEADERS}
TABLES = tuple(TABS.values())
