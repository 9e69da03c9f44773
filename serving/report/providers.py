"""Who did the tasks: how well, and for how much; said only where there is enough to say it."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from math import sqrt

from serving.cheapest import ENOUGH_SUCCESSFUL_TASKS, cheapest, cost_per_success, is_enough
from serving.report.figures import Figure, figure, percent, total, words
from serving.report.reading import ROUTING, Month, Reader, Row
from serving.report.savings import sum_of

MOST_PROVIDERS = 6
MOST_TYPES = 6
ENOUGH_TASKS = 30
TOO_FEW = f"fewer than {ENOUGH_TASKS} tasks of two providers"
_COUNTS = ("n_tasks", "n_successful_tasks", "n_priced_tasks", "n_compared_tasks")
_AMOUNTS = ("actual_cost", "gross_savings_usd")


def providers(rows: Sequence[Row], reader: Reader, month: Month) -> list[Figure]:
    """Return the figures by provider and by type of task."""
    return [_on_the_best(reader, month), *_by_provider(rows), *_by_type(rows)]


def _on_the_best(reader: Reader, month: Month) -> Figure:
    found = reader.rows("best_provider", month)[0] if reader.has([ROUTING]) else {}
    n_best, n_comparable = found.get("n_best_provider_tasks"), found.get("n_comparable_tasks")
    return figure(
        "providers.best_share",
        "Tasks on the best provider",
        percent(n_best, n_comparable),
        "percent",
        n=int(n_comparable or 0),
        note="the cheapest for their units"
        if n_comparable
        else "no successful task with a known cost",
    )


def _by_provider(rows: Sequence[Row]) -> list[Figure]:
    added = _added(rows)
    ranked = sorted(added, key=lambda row: (-row["n_tasks"], row["provider"]))
    shown, rest = ranked[:MOST_PROVIDERS], ranked[MOST_PROVIDERS:]
    found = [one for place, row in enumerate(shown, 1) for one in _of_provider(str(place), row)]
    if rest:
        (others,) = _added({**row, "provider": f"{len(rest)} others"} for row in rest)
        found += _of_provider("others", others)
    return found


def _of_provider(place: str, row: Row) -> list[Figure]:
    """Return one line of the table; keys count places, because names are whatever somebody typed."""
    name, n_successful = row["provider"], row["n_successful_tasks"]
    if n_successful < ENOUGH_SUCCESSFUL_TASKS:
        why = f"fewer than {ENOUGH_SUCCESSFUL_TASKS} successful tasks"
    else:
        why = "" if is_enough(row) else "cost of too many tasks unknown"
    return [
        words(f"providers.{place}.name", "Provider", name),
        figure(f"providers.{place}.tasks", f"{name}: tasks", row["n_tasks"], "tasks"),
        figure(
            f"providers.{place}.success",
            f"{name}: succeeded",
            percent(n_successful, row["n_tasks"]),
            "percent",
            n=row["n_tasks"],
        ),
        figure(
            f"providers.{place}.cost_per_success",
            f"{name}: cost per success",
            None if why else cost_per_success(row),
            "USD per success",
            n=n_successful,
            note=why or "failures paid for included",
        ),
        figure(
            f"providers.{place}.savings",
            f"{name}: saved",
            row["gross_savings_usd"],
            "USD",
            n=row["n_compared_tasks"],
            note="" if row["gross_savings_usd"] is not None else "not known",
        ),
    ]


def _by_type(rows: Sequence[Row]) -> list[Figure]:
    by_type: dict[str, list[Row]] = {}
    for row in rows:
        by_type.setdefault(row["task_type"], []).append(row)
    ranked = sorted(by_type, key=lambda kind: (-sum_of(by_type[kind], "n_tasks"), kind))
    found = [
        one
        for place, kind in enumerate(ranked[:MOST_TYPES], 1)
        for one in _of_type(str(place), kind, by_type[kind])
    ]
    if rest := ranked[MOST_TYPES:]:
        n_tasks = sum(sum_of(by_type[kind], "n_tasks") for kind in rest)
        found += [
            words("types.others.name", "Kind of task", f"{len(rest)} others"),
            figure("types.others.tasks", "Other kinds: tasks", n_tasks, "tasks"),
        ]
    return found


def _of_type(place: str, kind: str, rows: Sequence[Row]) -> list[Figure]:
    best, lead = _best_performer(rows)
    least = cheapest(rows)
    why_not = f"fewer than {ENOUGH_SUCCESSFUL_TASKS} successful, priced tasks of any provider"
    return [
        words(f"types.{place}.name", "Kind of task", kind),
        figure(f"types.{place}.tasks", f"{kind}: tasks", sum_of(rows, "n_tasks"), "tasks"),
        words(
            f"types.{place}.best",
            f"{kind}: best performer",
            None if best is None else best["provider"],
            note=lead,
        ),
        figure(
            f"types.{place}.best_success",
            f"{kind}: of its tasks succeeded",
            None if best is None else percent(best["n_successful_tasks"], best["n_tasks"]),
            "percent",
            n=None if best is None else int(best["n_tasks"]),
            note=lead,
        ),
        words(
            f"types.{place}.cheapest",
            f"{kind}: cheapest per success",
            None if least is None else least["provider"],
            note="" if least else why_not,
        ),
        figure(
            f"types.{place}.cheapest_cost",
            f"{kind}: its cost per success",
            None if least is None else cost_per_success(least),
            "USD per success",
            n=None if least is None else int(least["n_successful_tasks"]),
            note="" if least else why_not,
        ),
    ]


def _best_performer(rows: Sequence[Row]) -> tuple[Row | None, str]:
    """Return who succeeds most often among those with enough tasks, and what to say of the lead; nobody without a second."""
    ranked = sorted(
        (row for row in rows if row["n_tasks"] >= ENOUGH_TASKS),
        key=lambda row: (
            -Decimal(row["n_successful_tasks"]) / Decimal(row["n_tasks"]),
            -row["n_tasks"],
            row["provider"],
        ),
    )
    if len(ranked) < 2:
        return None, TOO_FEW
    return ranked[0], "" if _leads(ranked[0], ranked[1]) else "lead within chance"


def _leads(first: Row, second: Row) -> bool:
    """Say whether the first one's share of successes is higher than chance explains (Agresti and Caffo, 95 %)."""
    shares = [(row["n_successful_tasks"] + 1) / (row["n_tasks"] + 2) for row in (first, second)]
    spread = sum(
        share * (1 - share) / (row["n_tasks"] + 2)
        for share, row in zip(shares, (first, second), strict=True)
    )
    return bool(shares[0] - shares[1] > 1.96 * sqrt(spread))


def _added(rows: Iterable[Row]) -> list[Row]:
    """Add rows up by provider."""
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row["provider"], []).append(row)
    return [
        {
            "provider": name,
            **{count: sum_of(some, count) for count in _COUNTS},
            **{amount: total(row[amount] for row in some) for amount in _AMOUNTS},
        }
        for name, some in groups.items()
    ]
