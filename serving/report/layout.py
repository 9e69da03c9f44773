"""Which figure stands where on the page: texts, lengths of bars and tones, all made here from the report's figures."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from serving.report.figures import UNKNOWN, Figure, typeset
from serving.report.letters import on_the_page
from serving.report.productivity import HOURS
from serving.report.report import Report

_FOOT = (
    "Data as of {as_of}, snapshot {snapshot}. Savings are gross unless they are called net, and signed; (n) are the tasks behind a figure. "
    "{unknown} is not known, or too few to say. The same figures with their notes are in the CSV and the JSON."
)


def layout(report: Report) -> dict[str, Any]:
    """Return what the template asks for."""
    found = _Found(report)
    status = found["report.status"].text
    month = found["report.month"].text
    return {
        "title": f"Executive report, {month}",
        "author": "AI usage analytics",
        "month": month,
        "organization": on_the_page(_whose(report, found["report.organization"].text)),
        "status": status[:1].upper() + status[1:],
        "is_closed": status == "closed month",
        "headline": typeset(found["report.headline"].text),
        "tiles": _tiles(found),
        "months": _months(found),
        "savings": [
            found.line("savings.baseline"),
            found.line("savings.actual"),
            found.line("savings.overhead"),
            found.line("savings.net", strong=True),
            found.line("savings.coverage"),
        ],
        "categories": _categories(found),
        "spend": _spend(found),
        "spend_note": _note_of(found["spend.total"]),
        "productivity": [
            found.line("tasks.total"),
            found.line("tasks.success"),
            found.line("tasks.time", strong=True),
            found.line("tasks.time_before"),
            found.line("tasks.time_change"),
            found.line("tasks.hours_saved", noted=False),
        ],
        "hours_note": HOURS,
        "providers": _providers(found),
        "no_tasks": "No tasks in this month.",
        "best_share": [found.line("providers.best_share", strong=True)],
        "types": _types(found),
        "types_note": _types_note(found),
        "quality": _quality(found),
        "foot": _FOOT.format(
            as_of=found["report.as_of"].text,
            snapshot=found["report.snapshot"].text,
            unknown=UNKNOWN,
        ),
    }


def _whose(report: Report, organization: str) -> str:
    """Return whom it is about; invented data say so first."""
    return f"SANDBOX DATA · {organization}" if report.data_origin == "sandbox" else organization


class _Found:
    """The report's figures by key."""

    def __init__(self, report: Report) -> None:
        self._by_key = {one.key: one for one in report.figures}

    def __getitem__(self, key: str) -> Figure:
        return self._by_key[key]

    def places(self, prefix: str, last: str) -> Iterator[str]:
        """Yield the beginnings of keys that count places: `prefix.1.`, … for every key that ends with `last`."""
        for key in self._by_key:
            if key.startswith(prefix) and key.endswith(last):
                yield key.removesuffix(last)

    def line(self, key: str, *, strong: bool = False, noted: bool = True) -> dict[str, Any]:
        """Return a line of label, value and what is to be said of it."""
        one = self[key]
        notes = [one.note] if noted and one.note else []
        if one.n is not None and one.number is not None:
            notes.insert(0, f"({one.n:,})")
        return {
            "label": one.label,
            "value": one.text,
            "note": " ".join(notes),
            "strong": strong,
            "tone": _tone(one),
        }


def _tone(one: Figure) -> str:
    is_loss = one.key.startswith("savings.") and (one.number or 0) < 0
    is_over = one.key == "spend.difference" and (one.number or 0) > 0
    return "bad" if is_loss or is_over else "plain"


def _tiles(found: _Found) -> list[dict[str, Any]]:
    total, share = found["savings.total"], found["savings.percent"]
    spent, budget, used = (found[f"spend.{name}"] for name in ("total", "budget", "used"))
    success, projected = found["tasks.success"], found["savings.projected_annual"]
    return [
        _tile(
            total,
            [f"{share.text} of the baseline", f"of {_of(total)} tasks, gross"]
            if total.number is not None
            else [total.note],
        ),
        _tile(projected, _broken(projected.note)),
        _tile(
            spent,
            [f"of {budget.text} budgeted", f"{used.text} of it, {_of(spent)} days"]
            if spent.number is not None
            else [spent.note],
        ),
        _tile(
            success,
            [f"of {found['tasks.total'].text} tasks", f"{found['tasks.time'].text} each"]
            if success.number is not None
            else ["no tasks in this month"],
        ),
    ]


def _tile(one: Figure, notes: list[str]) -> dict[str, Any]:
    return {"label": one.label, "value": one.text, "notes": notes, "tone": _tone(one)}


def _broken(note: str) -> list[str]:
    """Break a note at its commas."""
    return [part.strip() for part in note.split(",")]


def _of(one: Figure) -> str:
    return f"{one.n or 0:,}"


def _months(found: _Found) -> list[dict[str, Any]]:
    ones = [found[key.removesuffix(".")] for key in found.places("savings.month.", "")]
    return [
        {
            "name": _short(one.key.rpartition(".")[2]),
            "value": one.text,
            "n": _of(one),
            "part": _part(one.number, [other.number for other in ones]),
            "is_loss": (one.number or 0) < 0,
            "is_this": place == len(ones) - 1,
        }
        for place, one in enumerate(ones)
    ]


def _short(month: str) -> str:
    return f"{_MONTHS[int(month[5:]) - 1]} {month[:4]}"


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _part(value: Decimal | None, among: list[Decimal | None]) -> float:
    """Return how long a bar is beside the longest."""
    longest = max((abs(one) for one in among if one is not None), default=Decimal(0))
    return float(round(abs(value) / longest, 4)) if value is not None and longest else 0.0


def _categories(found: _Found) -> list[dict[str, Any]]:
    rows = []
    for key in found.places("spend.category.", "name"):
        spent, budget = found[f"{key}spend"], found[f"{key}budget"]
        part = None
        if spent.number is not None and budget.number:
            part = float(round(min(max(spent.number / budget.number, Decimal(0)), Decimal(1)), 4))
        rows.append(
            {
                "name": on_the_page(found[f"{key}name"].text),
                "spend": spent.text,
                "budget": budget.text,
                "part": part,
                "is_over": budget.number is not None and (spent.number or 0) > budget.number,
            }
        )
    return rows


def _spend(found: _Found) -> list[dict[str, Any]]:
    keys = ["spend.difference", "spend.distance"]
    keys += [f"spend.forecast_{name}" for name in ("p50", "p10", "p90")]
    keys.append("spend.owned")
    return [
        found.line(key, strong=key == "spend.difference", noted=found[key].number is None)
        for key in keys
        if key in found._by_key
    ]


def _note_of(one: Figure) -> str:
    return (
        f"{one.note[:1].upper()}{one.note[1:]}."
        if one.note
        else "Every dollar of the ledger, once."
    )


def _providers(found: _Found) -> list[dict[str, Any]]:
    rows = []
    for key in found.places("providers.", "name"):
        cost, saved = found[f"{key}cost_per_success"], found[f"{key}savings"]
        rows.append(
            {
                "name": on_the_page(found[f"{key}name"].text),
                "tasks": found[f"{key}tasks"].text,
                "success": found[f"{key}success"].text,
                "cost": cost.text,
                "n": _of(cost),
                "savings": saved.text,
                "n_savings": _of(saved),
                "is_loss": (saved.number or 0) < 0,
            }
        )
    return rows


def _types(found: _Found) -> list[dict[str, Any]]:
    rows = []
    for key in found.places("types.", "name"):
        row = {"name": on_the_page(found[f"{key}name"].text), "tasks": found[f"{key}tasks"].text}
        if f"{key}best" in found._by_key:
            best, success = found[f"{key}best"], found[f"{key}best_success"]
            cheapest, cost = found[f"{key}cheapest"], found[f"{key}cheapest_cost"]
            rows.append(
                {
                    **row,
                    "best": _name(best) + (" *" if best.value is not None and best.note else ""),
                    "success": success.text,
                    "n_best": "" if success.n is None else _of(success),
                    "cheapest": _name(cheapest),
                    "cost": cost.text,
                    "n_cheapest": "" if cost.n is None else _of(cost),
                }
            )
        else:
            nothing = dict.fromkeys(
                ("best", "success", "n_best", "cheapest", "cost", "n_cheapest"), ""
            )
            rows.append({**row, **nothing})
    return rows


def _name(one: Figure) -> str:
    return one.text if one.value is None else on_the_page(one.text)


def _types_note(found: _Found) -> str:
    is_marked = any(
        found[f"{key}best"].note and found[f"{key}best"].value is not None
        for key in found.places("types.", "name")
        if f"{key}best" in found._by_key
    )
    note = "Best performer: the highest share of successes of at least two providers with 30 tasks; cheapest: of 30 successes."
    return f"{note} * The lead is within chance." if is_marked else note


def _quality(found: _Found) -> str:
    total = found["checks.total"]
    if total.number is None:
        return f"{UNKNOWN} {total.note}."
    ok, notes, warnings, failures = (
        found[f"checks.{name}"].text for name in ("ok", "notes", "warnings", "failures")
    )
    return (
        f"{total.text} checks: nothing found by {ok}, worth knowing {notes}, to be looked at {warnings},"
        f" figures may be wrong {failures}."
    )
