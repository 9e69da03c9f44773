"""Hard rows of the sheets: overlapping periods, cells nobody can read, cents that do not divide."""

from tests.bigquery.world.cursor_rows import Row


def api_key_mapping() -> list[Row]:
    """Return two contradicting owners, a period of one day, an empty one and a date in words."""
    return _tab(
        "api_key_mapping",
        ("api_key_id", "api_key_name", "owner_email", "platform", "valid_from", "valid_to"),
        [
            ("apikey_2", "", "Ada@example.example", "claude_api", "", ""),
            ("apikey_2", "", "bo@example.example", "", "2026-05-31", ""),
            ("", "ci runner", "cy@example.example", "claude_code", "2026-06-01", "2026-06-02"),
            ("apikey_3", "", "ada@example.example", "", "2026-06-02", "2026-06-02"),
            ("apikey_4", "", "nobody@example.example", None, "soon", "2026-13-01"),
            (" ", None, "bo@example.example", "", "", ""),
        ],
    )


def people() -> list[Row]:
    """Return a person who moves between teams on a month's end, and an alias claimed twice."""
    return _tab(
        "people",
        ("email", "aliases", "name", "team", "department", "cost_centre", "valid_from", "valid_to"),
        [
            ("ada@example.example", "", "Ada", "Red", "Dev", "001", "2026-01-01", "2026-05-31"),
            (
                "Ada@Example.example",
                "ada.b@example.example",
                "Ada",
                "Blue",
                "",
                "1",
                "2026-05-31",
                "",
            ),
            (
                "bo@example.example",
                "cy+alias@example.example; b@x.example",
                "Bo",
                "Red",
                "",
                "",
                "",
                "",
            ),
            (
                "cy@example.example",
                "cy+alias@example.example",
                "Cy",
                None,
                None,
                "",
                "31.05.2026",
                "",
            ),
            ("", "", "No mail", "Red", "", "", "", ""),
        ],
    )


def seats() -> list[Row]:
    """Return fees that leave a remainder in every month, whole and cut months, and nonsense."""
    return _tab(
        "seats",
        ("vendor", "platform", "plan", "email", "monthly_usd", "valid_from", "valid_to"),
        [
            ("Cursor", "cursor", "team", "ada@example.example", "40", "2026-01-01", ""),
            (
                "cursor",
                "cursor",
                "team",
                "bo@example.example",
                "0.000000001",
                "2026-02-01",
                "2026-06-02",
            ),
            (
                "anthropic",
                "claude_code",
                "premium",
                "dee@example.example",
                "100.01",
                "2026-05-31",
                "",
            ),
            (
                "anthropic",
                "claude_code",
                "premium",
                "dee@example.example",
                "100.01",
                "2026-05-31",
                "",
            ),
            (
                "anthropic",
                "claude_ai",
                "team",
                "cy@example.example",
                "30.005",
                "2026-02-28",
                "2026-03-01",
            ),
            ("cursor", "cursor", "team", "cy@example.example", "forty", "2026-01-01", ""),
            ("cursor", "cursor", "team", "", "10", "", ""),
        ],
    )


def invoices() -> list[Row]:
    """Return invoices: a month in both spellings, a credit, a currency without rate."""
    return _tab(
        "invoices",
        ("vendor", "invoice_month", "amount", "currency", "invoice_id"),
        [
            ("cursor", "2026-05", "1234.565", "USD", "inv-1"),
            ("anthropic", "2026-05-01", "-0.005", "usd", "inv-2"),
            ("anthropic", "May", "10", "EUR", "inv-3"),
            ("anthropic", "2026-04", "1,000", "", ""),
        ],
    )


def budgets() -> list[Row]:
    """Return budgets of a team and of the company."""
    return _tab(
        "budgets",
        ("scope", "scope_value", "month", "amount_usd"),
        [("team", "Red", "2026-05", "100"), ("company", "", "2026-05", "0.5"), ("", "", "", "x")],
    )


def provider_pricing() -> list[Row]:
    """Return prices of the sheet: one over the feed's for a day, a tie, and cells nobody can read."""
    return _tab(
        "provider_pricing",
        (
            *("provider", "model", "task_type", "pricing_model", "token_class", "service_tier"),
            *("cost_per_million_usd", "effective_date", "end_date", "price_source"),
        ),
        [
            ("sum", "", "", "Per_Token ", "", "", "0.05", "2026-05-31", "2026-06-01", "contract"),
            ("request", "", "", "per_request", "", "", "0.000000001", "2026-06-02", "", ""),
            ("request", "", "", "per_request", "", "", "0.000000002", "2026-06-02", "", ""),
            ("sum", "", "", "per_token", "", "", "1,5", "2026-05-31", "", ""),
            ("sum", "", "", "per_token", "", "", "9", "31.05.2026", "", ""),
            ("sum", None, None, "per_token", None, None, "9", "2026-05-31", "later", None),
            ("", "", "", "", "", "", "", "", "", ""),
        ],
    )


def baseline_policies() -> list[Row]:
    """Return a policy that changes on a month's first day, overlaps, a provider nobody prices, and rows that count for nothing."""
    return _tab(
        "baseline_policies",
        ("organization_id", "provider", "model", "valid_from", "valid_to", "approved_by"),
        [
            (" org_changes", "base", "", "2026-01-01", "2026-06-02", "Ada"),
            ("org_changes", "base", "large", "2026-06-01", "", "Bo"),
            ("org_changes", "sum", "", "2026-05-31", "2026-05-31", ""),
            ("org_without_tasks", "base", "", "", "", None),
            ("unknown", "nobody", None, "2026-01-01", "", "Ada"),
            ("unknown", "base", None, "2026-06-01", "", " "),
            ("org_silent", "base", "", "soon", "", ""),
            ("org_silent", "", "", "", "", ""),
        ],
    )


def task_retention() -> list[Row]:
    """Return an organisation that says two things, one whose days have expired, and cells nobody can read."""
    return _tab(
        "task_retention",
        ("organization_id", "retention_days"),
        [
            ("org_changes", "400"),
            ("org_changes", " 30 "),
            ("org_silent", "1"),
            ("unknown", "a year"),
            ("", "5"),
        ],
    )


def _tab(name: str, columns: tuple[str, ...], lines: list[tuple[str | None, ...]]) -> list[Row]:
    return [
        {"sheet_tab": name, "sheet_row": number} | dict(zip(columns, line, strict=True))
        for number, line in enumerate(lines, start=2)
    ]


TABLES = {
    "api_key_mapping": api_key_mapping,
    "people": people,
    "seats": seats,
    "invoices": invoices,
    "budgets": budgets,
    "provider_pricing": provider_pricing,
    "baseline_policies": baseline_policies,
    "task_retention": task_retention,
}
