"""Hard rows of the sheets: overlapping periods, cells nobody can read, cents that do not divide."""

from tests.worlds.hard.rows import table
from tests.worlds.people import ADA, BOB, CAT, DEE

_CELLS = {
    # Two contradicting owners, a period of one day, an empty one and a date in words.
    "api_key_mapping": table(
        "api_key_id api_key_name owner_email platform valid_from valid_to",
        ("apikey_2", "", "Ada@corp.example", "claude_api", "", ""),
        ("apikey_2", "", BOB, "", "2026-05-31", ""),
        ("", "ci runner", CAT, "claude_code", "2026-06-01", "2026-06-02"),
        ("apikey_3", "", ADA, "", "2026-06-02", "2026-06-02"),
        ("apikey_4", "", "nobody@corp.example", None, "soon", "2026-13-01"),
        (" ", None, BOB, "", "", ""),
    ),
    # A person who moves between teams on a month's end, and an alias claimed twice.
    "people": table(
        "person_id email aliases name team department cost_centre valid_from valid_to",
        ("p1", ADA, "", "Ada", "Red", "Dev", "001", "2026-01-01", "2026-05-31"),
        ("p1", "Ada@Corp.example", "ada.b@corp.example", "Ada", "Blue", "", "1", "2026-05-31", ""),
        ("p2", BOB, "cat+alias@corp.example; b@x.example", "Bob", "Red", "", "", "", ""),
        ("p3", CAT, "cat+alias@corp.example", "Cat", None, None, "", "31.05.2026", ""),
        (None, "", "", "No mail", "Red", "", "", "", ""),
    ),
    # Fees that leave a remainder in every month, whole and cut months, and nonsense.
    "seats": table(
        "vendor platform plan email monthly_usd valid_from valid_to",
        ("Cursor", "cursor", "team", ADA, "40", "2026-01-01", ""),
        ("cursor", "cursor", "team", BOB, "0.000000001", "2026-02-01", "2026-06-02"),
        ("anthropic", "claude_code", "premium", DEE, "100.01", "2026-05-31", ""),
        ("anthropic", "claude_code", "premium", DEE, "100.01", "2026-05-31", ""),
        ("anthropic", "claude_ai", "team", CAT, "30.005", "2026-02-28", "2026-03-01"),
        ("cursor", "cursor", "team", CAT, "forty", "2026-01-01", ""),
        ("cursor", "cursor", "team", "", "10", "", ""),
    ),
    # A month in both spellings, a credit, a currency without rate.
    "invoices": table(
        "vendor invoice_month amount currency invoice_id",
        ("cursor", "2026-05", "1234.565", "USD", "inv-1"),
        ("anthropic", "2026-05-01", "-0.005", "usd", "inv-2"),
        ("anthropic", "May", "10", "EUR", "inv-3"),
        ("anthropic", "2026-04", "1,000", "", ""),
    ),
    # A team's and the company's.
    "budgets": table(
        "scope scope_value month amount_usd",
        ("team", "Red", "2026-05", "100"),
        ("company", "", "2026-05", "0.5"),
        ("", "", "", "x"),
    ),
    # One over the feed's for a day, a tie, and cells nobody can read.
    "provider_pricing": table(
        "provider model task_type pricing_model token_class service_tier"
        " cost_per_million_usd effective_date end_date price_source",
        ("sum", "", "", "Per_Token ", "", "", "0.05", "2026-05-31", "2026-06-01", "contract"),
        ("request", "", "", "per_request", "", "", "0.000000001", "2026-06-02", "", ""),
        ("request", "", "", "per_request", "", "", "0.000000002", "2026-06-02", "", ""),
        ("sum", "", "", "per_token", "", "", "1,5", "2026-05-31", "", ""),
        ("sum", "", "", "per_token", "", "", "9", "31.05.2026", "", ""),
        ("sum", None, None, "per_token", None, None, "9", "2026-05-31", "later", None),
        ("", "", "", "", "", "", "", "", "", ""),
    ),
    # A change on a month's first day, overlaps, a provider nobody prices, and rows that count for nothing.
    "baseline_policies": table(
        "organization_id provider model valid_from valid_to approved_by",
        (" org_changes", "base", "", "2026-01-01", "2026-06-02", "Ada"),
        ("org_changes", "base", "large", "2026-06-01", "", "Bob"),
        ("org_changes", "sum", "", "2026-05-31", "2026-05-31", ""),
        ("org_without_tasks", "base", "", "", "", None),
        ("unknown", "nobody", None, "2026-01-01", "", "Ada"),
        ("unknown", "base", None, "2026-06-01", "", " "),
        ("org_silent", "base", "", "soon", "", ""),
        ("org_silent", "", "", "", "", ""),
    ),
    # An organisation that says two things, one whose days have expired, and cells nobody can read.
    "task_retention": table(
        "organization_id retention_days",
        ("org_changes", "400"),
        ("org_changes", " 30 "),
        ("org_silent", "1"),
        ("unknown", "a year"),
        ("", "5"),
    ),
}

TABLES = {
    tab: [{"sheet_tab": tab, "sheet_row": n} | row for n, row in enumerate(rows, start=2)]
    for tab, rows in _CELLS.items()
}
