"""What the company spent in the month against its budget: of no organisation, so only for who may see all of them."""

from serving.report.figures import (
    NOT_FOR_THIS_TOKEN,
    Amount,
    Figure,
    Unit,
    figure,
    percent,
    total,
    words,
)
from serving.report.reading import BUDGETS, OVERVIEW, Month, Reader, Row

MOST_CATEGORIES = 5
_UNREAD = {
    "unknown_scope": "not known",
    "month_to_come": "the month has not begun",
    "month_not_loaded": "no day of the month is loaded",
    "source_never_read": "a source of this money was never read",
    "month_not_read": "a source of this money was not read in this month",
    "days_not_read": "some days were not read",
    "seats_never_read": "the seats tab was never read",
    "month_not_whole": "days are missing",
}
_CATEGORIES = {
    "coding_agents": "Coding agents",
    "api_usage": "API",
    "ai_assistants": "Assistants",
    "other": "Other tools",
}
_TOTALS: tuple[tuple[str, str, Unit], ...] = (
    ("spend.total", "Spend", "USD"),
    ("spend.budget", "Budget", "USD"),
    ("spend.used", "Spend, of the budget", "percent"),
    ("spend.difference", "Spend less budget", "USD"),
)


def spend(reader: Reader, month: Month, *, is_running: bool) -> list[Figure]:
    """Return the company's spend, budget and, while the month runs, the forecast."""
    if not reader.scope.is_whole_company:
        return _nothing(NOT_FOR_THIS_TOKEN)
    rows = reader.rows("spend", month) if reader.has([OVERVIEW]) else []
    company = next((row for row in rows if row["rollup_scope"] == "company"), None)
    if company is None:
        return _nothing("no day of the month is loaded")
    spent, budget = company["spend_usd"], company["budget_usd"]
    difference = None if spent is None or budget is None else spent - budget
    amounts = (spent, budget, percent(spent, budget), difference)
    note = _note(company, is_running=is_running)
    without = "the sheet has no budget for the company, or two" if budget is None else ""
    n_days = int(company["n_days_loaded"] or 0)
    return [
        *(
            figure(
                key,
                label,
                amount,
                unit,
                n=n_days if key == "spend.total" else None,
                note="" if key == "spend.budget" and not without else note if key == "spend.total" else without or note,
            )
            for (key, label, unit), amount in zip(_TOTALS, amounts, strict=True)
        ),
        *(_forecast(reader, month) if is_running else ()),
        *_by_category([row for row in rows if row["rollup_scope"] == "category"]),
        figure("spend.owned", "Spend with a known owner", percent(company["attributed_spend_usd"], spent), "percent"),
    ]  # fmt: skip


def _nothing(why: str) -> list[Figure]:
    return [figure(key, label, None, unit, note=why) for key, label, unit in _TOTALS]


def _note(company: Row, *, is_running: bool) -> str:
    if is_running:
        return "so far"
    if company["unread_reason"]:
        return _UNREAD.get(company["unread_reason"], "not all was read")
    return "vendors may still revise it" if company["is_provisional"] else ""


def _forecast(reader: Reader, month: Month) -> list[Figure]:
    rows = reader.rows("forecast", month) if reader.has([BUDGETS]) else []
    found = rows[0] if rows else {}
    note = "" if found.get("p50_forecast_usd") is not None else "too few days to forecast"
    return [
        figure(f"spend.forecast_{name}", label, found.get(f"{name}_forecast_usd"), "USD", note=note)
        for name, label in (
            ("p50", "Expected at the end of the month"),
            ("p10", "Expected at least (one in ten is below)"),
            ("p90", "Expected at most (one in ten is above)"),
        )
    ]


def _by_category(rows: list[Row]) -> list[Figure]:
    shown, rest = rows[:MOST_CATEGORIES], rows[MOST_CATEGORIES:]
    found = [
        one
        for place, row in enumerate(shown, 1)
        for one in _of_category(
            str(place),
            _CATEGORIES.get(row["category"], str(row["category"])),
            row["spend_usd"],
            row["budget_usd"],
        )
    ]
    if rest:
        spent, budget = (total(row[name] for row in rest) for name in ("spend_usd", "budget_usd"))
        found += _of_category("others", f"{len(rest)} others", spent, budget)
    return found


def _of_category(place: str, name: str, spent: Amount, budget: Amount) -> list[Figure]:
    key = f"spend.category.{place}"
    return [
        words(f"{key}.name", "Category", name),
        figure(f"{key}.spend", f"{name}: spend", spent, "USD", note="" if spent is not None else "not read"),
        figure(f"{key}.budget", f"{name}: budget", budget, "USD", note="" if budget is not None else "no budget"),
    ]  # fmt: skip
