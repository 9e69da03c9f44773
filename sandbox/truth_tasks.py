"""The answer key of routing savings: what each task cost, would have cost and saved, in plain decimals.

Nothing here looks at a file that was written. Tasks are taken from the world as they really were, prices
from the list, and every rule is applied by this module's own arithmetic, task by task:

* the price list of the task's start day in UTC; the end of a price's validity is excluded;
* a price for the task type before one for all, then one for the model, the class of tokens, the tier;
* tokens by class, each with its price; where only their sum is known, the price of all tokens;
* units that were used and have no price make the cost unknown, never zero;
* the baseline is the same units at the provider and model of the organisation's policy of that day;
* savings count for successful tasks; what failed attempts and the router's own calls cost is overhead.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sandbox.world import World
from sandbox.world.task_prices import (
    PER_REQUEST,
    PER_UNIT,
    Policy,
    Price,
    feed_prices,
    policies,
    sheet_prices,
)
from sandbox.world.tasks import Task, weeks

Row = dict[str, Any]
KINDS = ("task_savings", "savings_daily")

_CLASSES = ("uncached_input", "output", "cache_read", "cache_write_5m", "cache_write_1h")
_STANDARD = "standard"


def task_truth(world: World) -> Iterator[tuple[str, Row]]:
    """Yield each task's costs, then the totals by organisation, day, provider and task type."""
    if not world.days or world.scenario.has("empty"):
        return
    book = [*feed_prices(world.first_day, world.as_of, world.scenario.revision), *sheet_prices()]
    baselines = policies(world.as_of)
    totals: dict[tuple[str, ...], dict[str, Any]] = defaultdict(_nothing)
    for task in _delivered(world):
        row = _priced(task, book, baselines)
        yield "task_savings", row
        _add(totals[task.organization, row["usage_date"], task.provider, task.task_type or ""], row)
    for (organization, day, provider, task_type), total in sorted(totals.items()):
        head = {"organization_id": organization, "usage_date": day, "provider": provider}
        yield "savings_daily", {**head, "task_type": task_type or None, **_written(total)}


def _delivered(world: World) -> Iterator[Task]:
    """Yield the tasks as the newest file tells them: one that came too early is right a week later."""
    for monday, end in weeks(world.first_day, world.as_of):
        is_last = end >= world.as_of
        for number in range((end - monday).days):
            for task in world.tasks(monday + timedelta(days=number)):
                yield task.first_report if is_last else task


def _priced(task: Task, book: list[Price], baselines: list[Policy]) -> Row:
    day = task.start.date()
    policy = next(
        (
            one
            for one in baselines
            if one.organization == task.organization and _holds(one.start, one.end, day)
        ),
        None,
    )
    actual = _cost(task, task.provider, task.model, day, book)
    # Without routing nobody would have made the router's own call.
    compared = policy if not task.is_overhead else None
    baseline = _cost(task, compared.provider, compared.model, day, book) if compared else None
    known = actual is not None and baseline is not None
    return {
        "task_id": task.task_id,
        "organization_id": task.organization,
        "user_id": task.user_id,
        "provider": task.provider,
        "model": task.model,
        "task_type": task.task_type,
        "usage_date": day.isoformat(),
        "is_successful": task.succeeded,
        "is_retry": task.retry_of is not None,
        "actual_cost_usd": _text(actual),
        "baseline_cost_usd": _text(baseline),
        "savings_usd": _text(baseline - actual)
        if known and baseline is not None and actual is not None
        else None,
        "is_overhead": not task.succeeded or task.is_overhead,
    }


def _holds(start: date, end: date | None, day: date) -> bool:
    return start <= day and (end is None or day < end)


def _cost(
    task: Task, provider: str, model: str | None, day: date, book: list[Price]
) -> Decimal | None:
    """Return what a task's units cost at a provider; None if that cannot be known."""
    tier = task.tier or _STANDARD
    fitting = [
        price
        for price in book
        if price.provider == provider
        and price.model in (None, model)
        and price.task_type in (None, task.task_type)
        and price.tier in (None, tier)
        and _holds(price.start, price.end, day)
    ]
    if not fitting:
        return None
    way = max(fitting, key=_rank).pricing_model
    chosen = [price for price in fitting if price.pricing_model == way]
    if way == PER_REQUEST:
        return _amount(1, _best(chosen, None))
    if way == PER_UNIT:
        if task.compute_millis is None:
            return None
        return _amount(Decimal(task.compute_millis).scaleb(-3), _best(chosen, None))
    if task.tokens is None:
        return None if task.tokens_used is None else _amount(task.tokens_used, _best(chosen, None))
    total = Decimal(0)
    for token_class, tokens in zip(_CLASSES, task.tokens, strict=True):
        part = _amount(tokens, _best(chosen, token_class))
        if part is None:
            return None
        total += part
    return total


def _rank(price: Price) -> tuple[bool, ...]:
    named = (price.task_type, price.model, price.token_class, price.tier)
    return tuple(name is not None for name in named)


def _best(prices: list[Price], token_class: str | None) -> Price | None:
    wanted = (None,) if token_class is None else (None, token_class)
    return max((one for one in prices if one.token_class in wanted), key=_rank, default=None)


def _amount(units: int | Decimal, price: Price | None) -> Decimal | None:
    if not units:
        return Decimal(0)
    return None if price is None else Decimal(units) * price.per_million / 1_000_000


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{amount:f}"


def _nothing() -> dict[str, Any]:
    return {
        **dict.fromkeys(
            (
                "n_tasks",
                "n_successful_tasks",
                "n_failed_tasks",
                "n_retries",
                "n_priced_tasks",
                "n_compared_tasks",
                "n_negative_savings_tasks",
            ),
            0,
        ),
        "actual_cost_usd": None,
        "compared_actual_cost_usd": None,
        "baseline_cost_usd": None,
        "gross_savings_usd": None,
        "overhead_cost_usd": None,
    }


def _add(total: dict[str, Any], row: Row) -> None:
    """Add a task; savings are compared over the successful tasks whose costs are both known."""
    total["n_tasks"] += 1
    total["n_successful_tasks"] += row["is_successful"]
    total["n_failed_tasks"] += not row["is_successful"]
    total["n_retries"] += row["is_retry"]
    actual = row["actual_cost_usd"]
    if actual is not None:
        total["n_priced_tasks"] += 1
        _plus(total, "actual_cost_usd", actual)
        if row["is_overhead"]:
            _plus(total, "overhead_cost_usd", actual)
    if row["is_successful"] and row["savings_usd"] is not None:
        total["n_compared_tasks"] += 1
        total["n_negative_savings_tasks"] += Decimal(row["savings_usd"]) < 0
        _plus(total, "compared_actual_cost_usd", actual)
        _plus(total, "baseline_cost_usd", row["baseline_cost_usd"])
        _plus(total, "gross_savings_usd", row["savings_usd"])


def _plus(total: dict[str, Any], name: str, text: str) -> None:
    total[name] = (total[name] or Decimal(0)) + Decimal(text)


def _written(total: dict[str, Any]) -> Row:
    return {
        name: _text(value) if isinstance(value, Decimal) else value for name, value in total.items()
    }
