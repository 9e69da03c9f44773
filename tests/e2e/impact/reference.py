"""The comparison of teams worked out a second time, from its definition and not from the SQL.

Slow and plain: the interval is searched by trying effects, where the SQL has a formula for its ends.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import md5

import numpy as np
from numpy.typing import NDArray

from tests.e2e.impact.panels import Panel

Matrix = NDArray[np.float64]
N_ORDERS, LEAST_SHARE, FEWEST = 400, 0.02, 5
EARLY, BASELINE = 4, 8


@dataclass(frozen=True)
class Found:
    """Estimate and p-value on the logarithmic scale, and which effects cannot be refused."""

    log_estimate: float
    p_share: float
    keeps: Callable[[float], bool]


@dataclass(frozen=True)
class _Teams:
    names: Sequence[str]
    outcome: Matrix
    size: Matrix
    start: NDArray[np.int64]


def reference(panel: Panel) -> Mapping[str, Found]:
    """Return what is found for `effect` and `placebo`; nothing where nobody can be compared."""
    teams = _teams(panel)
    orders = _orders(teams)
    weeks = np.arange(teams.outcome.shape[1]) if teams.names else np.arange(0)
    begun = (weeks[None, :] >= teams.start[:, None]).astype(float)
    actual = _comparison(teams, teams.outcome, teams.start, 0)
    if actual is None:
        return {}
    early = teams.start[:, None] - EARLY
    window = ((weeks[None, :] >= early) & (weeks[None, :] < teams.start[:, None])).astype(float)
    found = {"effect": _found(teams, orders, teams.outcome, begun, 0)}
    cleaned = teams.outcome - actual * begun
    if _comparison(teams, cleaned, teams.start, EARLY) is not None:
        found["placebo"] = _found(teams, orders, cleaned, window, EARLY)
    return found


def _teams(panel: Panel) -> _Teams:
    names = sorted(panel.starts)
    members = {name: [one for one in panel.developers if one.team == name] for name in names}
    n_weeks = max(len(one.merged) for one in panel.developers)
    starts = {name: min(panel.starts[name], n_weeks) for name in names}
    names = [name for name in names if len(members[name]) >= FEWEST and starts[name] >= BASELINE]
    totals = [np.array([one.merged for one in members[name]]).sum(axis=0) for name in names]
    sizes = np.array([float(len(members[name])) for name in names])
    outcome = np.log((np.array(totals) + 0.5) / sizes[:, None]) if names else np.zeros((0, 0))
    return _Teams(names, outcome, sizes, np.array([starts[name] for name in names]))


def _orders(teams: _Teams) -> list[NDArray[np.int64]]:
    by_start = sorted(range(len(teams.names)), key=lambda one: (teams.start[one], teams.names[one]))
    places = [teams.start[one] for one in by_start]
    orders = [teams.start]
    for number in range(1, N_ORDERS):
        hashes = [md5(f"{number}|{name}".encode()).hexdigest() for name in teams.names]  # noqa: S324
        drawn = sorted(range(len(hashes)), key=lambda one: hashes[one])
        start = np.empty(len(hashes), dtype=np.int64)
        for place, one in enumerate(drawn):
            start[one] = places[place]
        orders.append(start)
    return orders


def _comparison(
    teams: _Teams, values: Matrix, start: NDArray[np.int64], early: int
) -> float | None:
    """Average the changes of teams that begin beside teams that wait; None where there is no such pair."""
    total = weights = 0.0
    n_weeks = values.shape[1]
    for group in sorted(set(start.tolist())):
        first = group - early
        last = min(n_weeks, group) if early else n_weeks
        if first < 1:
            continue
        for week in range(first, last):
            change = values[:, week] - values[:, :first].mean(axis=1)
            begun, waiting = start == group, start - early > week
            if not waiting.any():
                continue
            ours, theirs = teams.size[begun].sum(), teams.size[waiting].sum()
            difference = np.average(change[begun], weights=teams.size[begun]) - np.average(
                change[waiting], weights=teams.size[waiting]
            )
            weight = ours * theirs / (ours + theirs)
            total += weight * difference
            weights += weight
    return total / weights if weights else None


def _found(
    teams: _Teams,
    orders: Sequence[NDArray[np.int64]],
    values: Matrix,
    treatment: Matrix,
    early: int,
) -> Found:
    of_values = np.array([_comparison(teams, values, order, early) for order in orders])
    of_treatment = np.array([_comparison(teams, treatment, order, early) for order in orders])
    estimate = float(of_values[0])

    def share(effect: float) -> float:
        # The comparison is linear in what it compares: taking the effect out of the weeks takes it out of the result.
        without = of_values - effect * of_treatment
        return float(np.mean(np.abs(without) >= abs(estimate - effect) - 1e-9))

    return Found(estimate, share(0.0), lambda effect: share(effect) > LEAST_SHARE)
