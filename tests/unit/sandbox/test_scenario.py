from datetime import date, timedelta

import pytest

from sandbox.world import Scenario
from sandbox.world.scenario import fate, spike_days


@pytest.mark.parametrize(
    ("roll", "revised", "late", "factor"),
    [
        (0.5, 0, False, 1.0),  # the usual piece at first reading
        (0.98, 0, False, 0.0),  # not there yet
        (0.98, 1, False, 1.0),  # appears with the first restatement
        (0.9, 0, True, 0.0),  # a straggler
        (0.9, 0, False, 1.0),
        (0.392, 1, False, 0.0),  # 0.392 + 0.618 = 1.010: vanishes
        (0.412, 1, False, 0.5),  # 1.030: halved
        (0.442, 1, False, 1.5),  # 1.060: half as much again
        (0.6, 1, False, 1.0),  # 1.218: unchanged
    ],
)
def test_fate_of_a_piece_of_usage(roll: float, revised: int, late: bool, factor: float) -> None:
    assert fate(roll, revised, late) == factor


@pytest.mark.parametrize(
    ("day", "revision"),
    [(date(2026, 6, 30), 3), (date(2026, 6, 1), 3), (date(2026, 5, 31), 0), (date(2026, 7, 1), 0)],
)
def test_restatement_holds_for_the_thirty_open_days(day: date, revision: int) -> None:
    assert Scenario(revision=3).revised(day, date(2026, 7, 1)) == revision


@pytest.mark.parametrize(("day", "late"), [(30, True), (29, True), (28, False)])
def test_stragglers_are_missing_from_the_newest_days(day: int, late: bool) -> None:
    assert Scenario(late_days=2).late(date(2026, 6, day), date(2026, 7, 1)) is late


@pytest.mark.parametrize("later", range(7))
def test_spikes_stay_where_they_are_for_a_week(later: int) -> None:
    days = spike_days(date(2026, 11, 21) + timedelta(days=later))
    assert days == ((date(2026, 11, 3), "cursor"), (date(2026, 11, 12), "claude_api"))
