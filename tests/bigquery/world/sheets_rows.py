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
}
