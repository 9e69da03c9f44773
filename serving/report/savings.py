"""What routing saved in the month, and what that would be in a year."""

from collections.abc import Iterable, Sequence

from serving.report.figures import Figure, figure, percent, total
from serving.report.reading import PROJECTIONS, TASKS, Month, Reader, Row

MOST_MONTHS = 6
"""Months of the small chart, this one the last."""
NO_MARTS = "nothing of routed tasks is in this snapshot"
NO_TASKS = "no tasks in this month"
UNKNOWN = "no task whose cost and baseline are both known"
_WHY = {
    "too_few_closed_months": "fewer than three closed months",
    "savings_unknown": "savings known of fewer than three closed months",
}


def sum_of(rows: Iterable[Row], name: str) -> int:
    """Add up counts."""
    return sum(int(row[name] or 0) for row in rows)


def savings(rows: Sequence[Row], reader: Reader, month: Month) -> list[Figure]:
    """Return the figures of the month's tasks."""
    amounts = {
        name: total(row[f"{name}_usd"] for row in rows)
        for name in (
            "gross_savings",
            "baseline_cost",
            "compared_actual_cost",
            "overhead_cost",
            "net_savings",
        )
    }
    n_tasks, n_compared = sum_of(rows, "n_tasks"), sum_of(rows, "n_compared_tasks")
    gross = amounts["gross_savings"]
    why = _why_unknown(reader, n_tasks) if gross is None else ""
    return [
        figure("savings.total", "Saved by routing", gross, "USD", n=n_compared, note=why or "gross, modelled"),
        figure(
            "savings.percent",
            "Saved, of the baseline",
            percent(gross, amounts["baseline_cost"]),
            "percent",
            n=n_compared,
            note=why,
        ),
        _projected(reader, month),
        figure("savings.baseline", "Baseline cost", amounts["baseline_cost"], "USD", n=n_compared, note=why),
        figure(
            "savings.actual",
            "Actual cost of the same tasks",
            amounts["compared_actual_cost"],
            "USD",
            n=n_compared,
            note=why,
        ),
        figure(
            "savings.overhead",
            "Failures, repeats, routing",
            None if gross is None else amounts["overhead_cost"],
            "USD",
            note=why or "as far as known",
        ),
        figure(
            "savings.net",
            "Net savings",
            # The cost of failed tasks alone is no net saving.
            None if gross is None else amounts["net_savings"],
            "USD",
            note=why,
        ),
        figure(
            "savings.coverage",
            "Tasks these savings are of",
            percent(n_compared, n_tasks),
            "percent",
            n=n_tasks,
            note="" if n_tasks else why,
        ),
        *_by_month(reader, month),
    ]  # fmt: skip


def _why_unknown(reader: Reader, n_tasks: int) -> str:
    if not reader.has([TASKS]):
        return NO_MARTS
    return UNKNOWN if n_tasks else NO_TASKS


def _projected(reader: Reader, month: Month) -> Figure:
    """Return the projection; of all organisations the sum of those that have one."""
    rows = reader.rows("projections", month) if reader.has([PROJECTIONS]) else []
    used = [row for row in rows if row["projected_annual_gross_savings_usd"] is not None]
    key, label = "savings.projected_annual", "Projected annual savings"
    if not used:
        reasons = {str(row["unprojected_reason"]) for row in rows}
        why = _WHY["savings_unknown" if reasons == {"savings_unknown"} else "too_few_closed_months"]
        return figure(key, label, None, "USD", note=why)
    n_months = min(int(row["n_used_months"]) for row in used)
    months = {name for row in used for name in str(row["used_months"]).split()}
    note = f"mean of {n_months} closed months times 12, {min(months)} to {max(months)}"
    if len(rows) > 1:
        note += f", {len(used)} of {len(rows)} organisations"
    amounts = (row["projected_annual_gross_savings_usd"] for row in used)
    return figure(key, label, total(amounts), "USD", n=n_months, note=note)


def _by_month(reader: Reader, month: Month) -> list[Figure]:
    if not reader.has([TASKS]):
        return []
    months = [month]
    while len(months) < MOST_MONTHS:
        months.insert(0, months[0].before)
    found = {
        Month(row["month_start_date"]): row
        for row in reader.rows("savings_by_month", month, since_date=months[0].first_date)
    }
    return [
        figure(
            f"savings.month.{one}",
            f"Saved in {one.name}",
            found[one]["gross_savings_usd"],
            "USD",
            n=int(found[one]["n_compared_tasks"] or 0),
            note="" if found[one]["gross_savings_usd"] is not None else UNKNOWN,
        )
        for one in months
        if one in found
    ]
