"""The page's first sentence: the answer, made from the figures and with their digits."""

from collections.abc import Mapping

from serving.report.figures import Figure, figure, percent, shown, typed
from serving.report.reading import Month

Figures = Mapping[str, Figure]


def headline(found: Figures, month: Month, *, is_running: bool) -> str:
    """Return one sentence; what nobody knows is said to be unknown, what the token may not see is left out."""
    parts = [
        part
        for part in (_savings(found), _spend(found, is_running=is_running), _tasks(found))
        if part
    ]
    said = "; ".join(parts)
    sentence = f"So far in {month.name} {said}" if is_running else said[:1].upper() + said[1:]
    return f"{typed(sentence)}."


def budget_distance(found: Figures) -> Figure:
    """Return how far spend is from its budget, in per cent of it."""
    difference, budget = found["spend.difference"].number, found["spend.budget"].number
    return figure(
        "spend.distance",
        "The same, of the budget",
        percent(difference, budget),
        "percent",
        note=found["spend.difference"].note,
    )


def _savings(found: Figures) -> str:
    total, share = found["savings.total"], found["savings.percent"]
    if total.number is None:
        return "what routing saved is not known"
    if total.number < 0:
        of_it = f", {_positive(share)} of it" if share.number is not None else ""
        return f"routing cost {_positive(total)} more than the baseline would have{of_it}"
    of_it = (
        f", {share.text} of what the baseline would have cost" if share.number is not None else ""
    )
    return f"routing saved {total.text}{of_it}"


def _spend(found: Figures, *, is_running: bool) -> str:
    spent, used, distance = (found[f"spend.{name}"] for name in ("total", "used", "distance"))
    if spent.number is None:
        return ""
    if used.number is None or distance.number is None:
        return f"{spent.text} was spent"
    if is_running:
        return f"{used.text} of the budget is spent"
    if distance.number == 0:
        return "spend is on budget"
    side = "over" if distance.number > 0 else "under"
    return f"spend is {_positive(distance)} {side} budget"


def _tasks(found: Figures) -> str:
    n_tasks, success = found["tasks.total"], found["tasks.success"]
    if success.number is None:
        return ""
    noun = "task" if n_tasks.number == 1 else "tasks"
    return f"{success.text} of {n_tasks.text} {noun} succeeded"


def _positive(one: Figure) -> str:
    return shown(None if one.number is None else abs(one.number), one.unit)
