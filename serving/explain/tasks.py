"""One task: what it cost by the price of its day, what the same units would have cost, and what that saved."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import duckdb

from serving.explain.arithmetic import MINUS, OVER, TIMES, Sheet, Term, plain
from serving.explain.explanation import as_text, fields, instant
from serving.explain.reading import NothingFoundError, Row, rows

CLASSES = ("uncached_input", "output", "cache_read", "cache_write_5m", "cache_write_1h")
_MILLION = Decimal(1_000_000)
_STATUS = {
    "estimated": "both prices are known",
    "unknown": "a price, the units or the baseline is unknown",
    "not_applicable": "it failed, or repeats what was done: its cost is overhead",
    "routing_overhead": "it chose a provider: its cost is overhead of routing",
}


@dataclass(frozen=True)
class TaskExplanation:
    """What a task's savings are the difference of."""

    key: str
    row: Row
    decision: Row | None
    prices: Mapping[str, Sequence[Row]]
    sheet: Sheet

    @property
    def amount(self) -> Decimal | None:
        """Return what the last step comes to: savings, or the one cost that is known."""
        row = self.row
        for name in ("savings_usd", "actual_cost_usd", "baseline_cost_usd"):
            if row[name] is not None:
                return Decimal(row[name])
        return None

    @property
    def comes_out(self) -> bool:
        """Say whether every step comes to its result, and the last one to the amount."""
        steps = self.sheet.steps
        if self.amount is None:
            return not steps
        return bool(steps) and all(s.comes_out for s in steps) and steps[-1].result == self.amount

    def as_fields(self) -> dict[str, Any]:
        """Return it for programs."""
        return {
            "kind": "task",
            "key": self.key,
            "amount_usd": None if self.amount is None else plain(self.amount),
            "comes_out": self.comes_out,
            "row": fields(self.row),
            "in_words": {"status": _STATUS.get(self.row["savings_status"])},
            "decision": fields(self.decision),
            "prices": fields(self.prices),
            "steps": [step.as_fields() for step in self.sheet.steps],
        }

    def lines(self) -> Iterator[str]:
        """Return it for people."""
        yield from self.heading()
        yield ""
        yield "PRICES OF THE DAY"
        for name, found in self.prices.items():
            for price in found:
                yield f"  {name}: {_price(price)}"
            if not found:
                yield f"  {name}: none"
        if self.decision is not None:
            yield ""
            yield "WHY THIS PROVIDER"
            yield from _decision(self.decision)
        yield ""
        yield from self.sums()
        yield ""
        yield "RUN"
        row = self.row
        yield f"  computed by run {row['pipeline_run_id']} from inputs of {instant(row['loaded_at'])}"
        yield f"  version of the day's inputs {row['input_version']}"

    def heading(self) -> Iterator[str]:
        """Say what is explained."""
        row = self.row
        yield f"TASK {self.key}"
        what = (row["usage_date"], row["organization_id"], row["task_type"], row["service_tier"])
        yield f"  {'  '.join(str(text) for text in what if text)}"
        yield f"  done by   {_who(row['provider'], row['model'])}, {as_text(row['actual_cost_usd'])} USD"
        yield f"  baseline  {_who(row['baseline_provider'], row['baseline_model'])}, {as_text(row['baseline_cost_usd'])} USD"
        status = row["savings_status"]
        yield f"  savings   {as_text(row['savings_usd'])} USD ({status}: {_STATUS.get(status, '')})"

    def sums(self) -> Iterator[str]:
        """Write the steps down."""
        yield from self.sheet.lines()
        if self.amount is None:
            yield "  nothing is known of what it cost"
        else:
            verdict = "" if self.comes_out else "   DOES NOT COME OUT"
            yield f"  = {plain(self.amount)} USD{verdict}"


def explain(
    cursor: duckdb.DuckDBPyConnection, task_ids: Sequence[str], organization: str | None = None
) -> list[TaskExplanation]:
    """Explain tasks, those of an organisation if one is named; else an id can be written `organization_id/task_id`.

    Raises:
        NothingFoundError: There is no such task, its row has expired, or several organisations have one.
    """
    found = [
        row
        for row in rows(cursor, "task", task_ids=list(task_ids))
        if organization in (None, row["organization_id"])
    ]
    tasks = {key: _only(key, found) for key in task_ids}
    wanted = {
        row[name] for row in tasks.values() for name in ("price_version", "baseline_price_version")
    }
    rates = {
        (row["provider"], row["price_version"]): row
        for row in rows(cursor, "rates", versions=sorted(wanted - {None}))
    }
    members = {
        version for rate in rates.values() for version in rate["member_price_versions"].split("|")
    }
    prices = rows(cursor, "prices", versions=sorted(members))
    ids = sorted({row["routing_decision_id"] for row in tasks.values()} - {None})
    decisions = rows(cursor, "decision", decision_ids=ids)
    return [
        _task(key, row, _decision_of(row, decisions), rates, prices) for key, row in tasks.items()
    ]


def _only(key: str, found: Sequence[Row]) -> Row:
    """Return the one task that a key means."""
    known = [row for row in found if row["task_id"] == key]
    known = known or [row for row in found if _full_key(row) == key]
    if not known:
        raise NothingFoundError(
            "No published task has this task_id; rows of tasks expire (docs/savings.md)."
        )
    if len(known) > 1:
        raise NothingFoundError(
            f"{len(known)} organisations have a task of this id: ask for one of {', '.join(map(_full_key, known[:3]))}."
        )
    return known[0]


def _full_key(row: Row) -> str:
    return f"{row['organization_id']}/{row['task_id']}"


def _decision_of(task: Row, decisions: Sequence[Row]) -> Row | None:
    """Return the decision of a task's organisation, else one of no organisation that names the task."""
    of_this_id = [
        row for row in decisions if row["routing_decision_id"] == task["routing_decision_id"]
    ]
    own = [row for row in of_this_id if row["organization_id"] == task["organization_id"]]
    unnamed = [
        row
        for row in of_this_id
        if row["organization_id"] == "unknown" and row["task_id"] == task["task_id"]
    ]
    return next(iter([*own, *unnamed]), None)


def _task(
    key: str, row: Row, decision: Row | None, rates: Mapping[Any, Row], prices: Sequence[Row]
) -> TaskExplanation:
    sheet = Sheet()
    actual = rates.get((row["provider"], row["price_version"]))
    baseline = rates.get((row["baseline_provider"], row["baseline_price_version"]))
    cost, instead = row["actual_cost_usd"], row["baseline_cost_usd"]
    saved = row["savings_usd"]
    # Without savings one cost is the amount: the own one, or what else is known.
    terms = []
    if instead is not None and (saved is not None or cost is None):
        terms.append(_cost(sheet, row, baseline, instead, "what the baseline would have cost"))
    if cost is not None:
        terms.append(_cost(sheet, row, actual, cost, "what it cost"))
    if saved is not None:
        sheet.add(terms, (MINUS,), saved, "baseline less actual cost: savings, signed")
    used = {
        "of the task": _in_force(prices, actual, row["usage_date"]),
        "of the baseline": _in_force(prices, baseline, row["usage_date"]),
    }
    return TaskExplanation(key, row, decision, used, sheet)


def _cost(sheet: Sheet, row: Row, rate: Row | None, result: Decimal, note: str) -> Term:
    """Write down units at their price per million, added up, and divided once."""
    if rate is None:  # published without its price: the sum says that it does not come out
        return sheet.add((Term(Decimal(0)),), (), result, f"{note}: its price is not published")
    name = f"of {rate['provider']}"
    if rate["pricing_model"] == "per_token":
        charges = [
            sheet.product((Term(Decimal(n)), Term(price)), (TIMES,), n * price, f"{unit} {name}")
            for unit, n, price in _charged(row, rate)
        ]
        whole = sum((charge.amount for charge in charges), Decimal(0))
        total = sheet.total(charges or [Term(Decimal(0))], whole, "in millionths of a dollar")
    elif rate["pricing_model"] == "per_compute_unit":
        price = rate["any_usd_per_million_units"]
        terms = (Term(row["compute_units"]), Term(price))
        whole = (row["compute_units"] * price).quantize(Decimal("1e-9"), "ROUND_HALF_UP")
        total = sheet.product(
            terms, (TIMES,), whole, f"compute units {name}, in millionths of a dollar"
        )
    else:
        total = Term(rate["any_usd_per_million_units"])
        note = f"{note}: one request {name}"
    return sheet.product((total, Term(_MILLION)), (OVER,), result, note)


def _charged(row: Row, rate: Row) -> Iterator[tuple[str, int, Decimal]]:
    counted = {name: row[f"{name}_tokens"] or 0 for name in CLASSES}
    # Tokens that stand in no class are charged at the price for all.
    rest = max(0, (row["total_tokens"] or 0) - sum(counted.values()))
    for name, n_tokens in {**counted, "any": rest}.items():
        if n_tokens:
            yield name.replace("_", " "), n_tokens, rate[f"{name}_usd_per_million_units"]


def _in_force(prices: Sequence[Row], rate: Row | None, day: object) -> list[Row]:
    if rate is None:
        return []
    members = rate["member_price_versions"].split("|")
    return [
        price
        for price in prices
        if price["price_version"] in members
        and price["provider"] == rate["provider"]
        and price["valid_from_date"] <= day
        and (price["valid_to_date"] is None or day < price["valid_to_date"])
    ]


def _price(price: Row) -> str:
    names = ("provider", "model", "task_type", "token_class", "service_tier")
    until = price["valid_to_date"] or "further notice"
    return (
        f"{' '.join(price[name] for name in names if price[name])}"
        f" {plain(price['price_usd_per_million_units'])} USD per million ({price['pricing_model']}),"
        f" from {price['valid_from_date']} until {until}: {price['price_row_name']}"
    )


def _decision(decision: Row) -> Iterator[str]:
    yield f"  {decision['chosen_provider']} by strategy {decision['routing_strategy'] or 'not stated'}"
    other = decision["cheapest_alternative_provider"]
    if other:
        yield (
            f"  cheapest alternative then: {other},"
            f" estimated {as_text(decision['cheapest_alternative_cost_usd'])} USD"
        )


def _who(provider: str | None, model: str | None) -> str:
    return " ".join(text for text in (provider, model) if text) or "none"
