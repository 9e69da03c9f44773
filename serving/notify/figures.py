"""The figures that alerts are asked of: what `/metrics` would tell of the published snapshot, and what it must not tell.

Beside that the record of the last run, also of one that published nothing, and each budget by its name: whoever is told of
a budget has to know which, where a label of monitoring names nobody's team.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from privacy.parts import logs
from serving.api.boards_opened import BoardsOpened
from serving.api.metrics import families_of
from serving.api.view import View
from serving.config import Settings
from serving.notify.promql import Sample
from serving.published_view import open_published
from warehouse.run_record import read_steps
from warehouse.snapshot import SnapshotError

BUDGETS = "marts.mart_finance__budget_status"
PER_BUDGET = {
    "ai_budget_used_ratio": "budget_used_ratio",
    "ai_budget_forecast_ratio": "cast(p50_forecast_usd as double) / cast(nullif(budget_usd, 0) as double)",
}
"""Series of which `/metrics` tells the worst of each kind, and what each budget's own is."""
_OF_A_STEP = {"ai_pipeline_step_seconds", "ai_pipeline_step_exit_code"}


@dataclass(frozen=True)
class Figures:
    """What is known at a moment."""

    samples: tuple[Sample, ...]
    known: frozenset[str]
    """Series that can be told now, be it that they have no sample; of the others nobody knows."""
    is_sandbox: bool = False
    problem: str | None = None
    """Why nothing published can be read."""


def read_figures(settings: Settings, now: dt.datetime) -> Figures:
    """Read what is published and what was recorded; without a snapshot only the latter."""
    samples = list(_of_steps(settings))
    known = set(_OF_A_STEP)
    with logs(settings.state_dir) as parts:
        # Boards are opened at the service, whose log is a part of its own where the state is elsewhere.
        opened = BoardsOpened(parts.get("service", settings.state_dir)).newest()
    if opened is not None:
        name = "ai_board_last_opened_timestamp_seconds"
        samples.append(Sample(name, {}, opened.timestamp()))
        known.add(name)
    problem, is_sandbox = None, False
    try:
        view = open_published(settings)
    except SnapshotError as error:
        problem = str(error)
    else:
        is_sandbox = view.data_origin == "sandbox"
        for family in families_of(view, now):
            known.add(family.name)
            if family.name not in (*PER_BUDGET, *_OF_A_STEP):
                samples += [Sample(one.name, one.labels, one.value) for one in family.samples]
        recorded = {one.labels["step"] for one in samples if one.name in _OF_A_STEP}
        samples += [
            Sample(one.name, one.labels, one.value)
            for family in families_of(view, now)
            if family.name in _OF_A_STEP
            for one in family.samples
            if one.labels["step"] not in recorded
        ]
        samples += _of_budgets(view)
    samples.append(Sample("api_snapshot_open", {}, float(problem is None)))
    known.add("api_snapshot_open")
    return Figures(tuple(samples), frozenset(known), is_sandbox, problem)


def _of_steps(settings: Settings) -> Iterator[Sample]:
    for name, entry in read_steps(settings.state_dir).items():
        labels = {"step": name}
        yield Sample("ai_pipeline_step_seconds", labels, float(entry["seconds"]))
        yield Sample("ai_pipeline_step_exit_code", labels, float(entry["exit_code"]))


def _of_budgets(view: View) -> Iterator[Sample]:
    if not view.has(BUDGETS):
        return
    with view.cursor() as cursor:
        for name, expression in PER_BUDGET.items():
            rows = cursor.execute(
                f"select budget_scope, budget_scope_value, {expression} from {BUDGETS}"
                " where month_status = 'running' order by all"
            ).fetchall()
            for scope, budget, ratio in rows:
                if ratio is not None:
                    yield Sample(name, {"scope": str(scope), "budget": str(budget)}, float(ratio))
