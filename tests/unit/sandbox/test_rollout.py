"""The planted roll-out is what it says: in order, by skill, with the effect that was asked for."""

from datetime import date, timedelta

from sandbox.world.rollout import BASELINE_WEEKS, Rollout

FIRST = date(2026, 5, 25)
TEAMS = [f"team {number}" for number in range(6)]
PEOPLE = {person: TEAMS[person % 6] for person in range(60)}


def rollout(seed: int = 101, effect: float = 0.55, teams: list[str] | None = None) -> Rollout[int]:
    return Rollout(seed, teams or TEAMS, PEOPLE, FIRST, 182, effect)


def merged(of: Rollout[int]) -> int:
    return sum(of.merged_in_week(person, week) for person in PEOPLE for week in of.weeks)


def test_teams_start_one_after_another_after_the_baseline_in_an_order_drawn_by_lot() -> None:
    starts = rollout().starts
    assert len(set(starts.values())) == len(TEAMS)
    assert min(starts.values()) == FIRST + timedelta(weeks=BASELINE_WEEKS)
    assert all(day.weekday() == 0 for day in starts.values())
    assert rollout(teams=TEAMS[::-1]).starts == starts
    assert len({tuple(sorted(rollout(seed).starts.items())) for seed in range(101, 121)}) > 15


def test_nobody_stops_using_and_most_of_a_team_begin_with_its_roll_out() -> None:
    planted = rollout()
    for person, team in PEOPLE.items():
        used = [planted.is_exposed(person, week) for week in planted.weeks]
        assert used == sorted(used)
        assert all(
            use == used[0]
            for use, week in zip(used, planted.weeks, strict=True)
            if week < planted.starts[team]
        )
        assert all(
            use == used[-1]
            for use, week in zip(used, planted.weeks, strict=True)
            if week >= planted.starts[team]
        )
    used_before = [planted.is_exposed(person, planted.weeks[0]) for person in PEOPLE]
    used_after = [planted.is_exposed(person, planted.starts[PEOPLE[person]]) for person in PEOPLE]
    assert sum(used_before) < 0.3 * len(PEOPLE)
    assert 0.5 < sum(used_after) / len(PEOPLE) < 0.95


def test_the_effect_is_the_only_difference_between_two_worlds_of_a_seed() -> None:
    with_effect, without = rollout(effect=0.55), rollout(effect=0)
    assert without.true_effect() == 0
    assert 0.1 < with_effect.true_effect() < 0.55
    assert merged(with_effect) > merged(without)
    for person in PEOPLE:
        week = with_effect.weeks[-1]
        if not with_effect.is_exposed(person, week):
            assert with_effect.merged_in_week(person, week) == without.merged_in_week(person, week)


def test_a_day_stands_for_its_week() -> None:
    planted, week = rollout(), FIRST
    assert planted.merged_in_week(7, week) == planted.merged_in_week(7, week + timedelta(days=6))
    assert planted.cycle_hours(7, week, 0) == planted.cycle_hours(7, week + timedelta(days=6), 0)
