"""A roll-out of coding tools by team, in random order, with a true effect that is known.

The shape ``delivery`` of the sandbox takes from here who uses a coding tool in which week and how
many pull requests each developer merges; the proof of ``mart_delivery__ai_impact`` takes the same
weeks and asks the mart for the truth back. What makes the question hard in life is in it:

* developers differ, and the able ones take the tools up more often (and some before the roll-out),
  so users merge more than non-users whatever the tool does;
* all merge more as time goes by, and whole weeks are good or bad for everybody;
* a team has weeks of its own, a developer too, and some weeks off: counts vary more than Poisson;
* teams start one after another in an order drawn by lot; the last may start after the window.

Weeks are named by their Monday. Everything hangs on seed and name, nothing on the order of asking.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from math import exp
from random import Random
from typing import Generic, TypeVar

from sandbox.world import seeded_hash

BASELINE_WEEKS = 8
"""Whole weeks in which no team has started yet."""

PEOPLE, DAYS, EFFECT = 96, 182, 0.6
"""The default size: developers in six teams, days, and what using the tool adds to a developer's pull requests.

With half a year of 96 developers the comparison of teams finds such an effect in nine companies of ten; one of
40 developers over 90 days cannot tell, and says so.
"""

Person = TypeVar("Person", bound=Hashable)

_WEEK = timedelta(days=7)
_MEAN_MERGED = 3.0
_SKILL_SD = 0.40
_EARLY, _LATE = 0.10, 0.85
_GROWTH_PER_WEEK = 0.006
_COMMON_SD = 0.10
_TEAM_SD = 0.06
_DISPERSION = 5.0
_AWAY = 0.06
_CYCLE_HOURS, _CYCLE_SD = 22.0, 0.9


def monday(day: date) -> date:
    """Return the Monday of the day's week."""
    return day - timedelta(days=day.weekday())


def may_use(rollout: "Rollout[Person] | None", person: Person, day: date) -> bool:
    """Tell whether somebody uses coding tools in the week of a day; without a roll-out everybody may."""
    if rollout is None or person not in rollout.people:
        return True
    return rollout.is_exposed(person, day)


@dataclass(frozen=True)
class Rollout(Generic[Person]):
    """Who may use a coding tool when, and what the developers deliver.

    Attributes:
        seed: The company's seed.
        teams: The teams in any order without repetition; the lot decides who starts when.
        people: Developer (any name or number) to their team. One who moves keeps the first team.
        first_day: First day of the window that the roll-out is laid over.
        days: Length of that window; before and after it, weeks are drawn by the same rules.
        effect: What using the tool does to a developer's pull requests: 0.6 is 60 % more.
    """

    seed: int
    teams: Sequence[str]
    people: Mapping[Person, str]
    first_day: date
    days: int
    effect: float = EFFECT

    @cached_property
    def weeks(self) -> tuple[date, ...]:
        """The Mondays of the whole weeks in the window."""
        first = monday(self.first_day + timedelta(days=6))
        n_weeks = (self.first_day + timedelta(days=self.days) - first).days // 7
        return tuple(first + week * _WEEK for week in range(n_weeks))

    @cached_property
    def starts(self) -> Mapping[str, date]:
        """Team to the Monday on which its developers get the tool, evenly over what follows the baseline."""
        order = sorted(self.teams, key=lambda team: seeded_hash.number(self.seed, "lot", team))
        baseline = min(BASELINE_WEEKS, len(self.weeks) // 2)
        left = len(self.weeks) - baseline
        first = monday(self.first_day + timedelta(days=6))
        return {
            team: first + (baseline + place * left // len(order)) * _WEEK
            for place, team in enumerate(order)
        }

    def is_exposed(self, person: Person, week: date) -> bool:
        """Tell whether a developer uses a coding tool in a week."""
        return self._uses(person, has_started=monday(week) >= self.starts[self.people[person]])

    def merged_in_week(self, person: Person, week: date) -> int:
        """Return how many pull requests of a developer are merged in a week."""
        week = monday(week)
        lot = seeded_hash.stream(self.seed, "merged", person, week)
        if lot.random() < _AWAY:
            return 0
        rate = self.expected(person, week, is_exposed=self.is_exposed(person, week))
        return _poisson(lot, rate * lot.gammavariate(_DISPERSION, 1 / _DISPERSION))

    def cycle_hours(self, person: Person, week: date, n: int) -> float:
        """Return hours from first commit to merge of the n-th pull request of a week; the tool changes nothing here."""
        lot = seeded_hash.stream(self.seed, "cycle", person, monday(week), n)
        return _CYCLE_HOURS * lot.lognormvariate(0, _CYCLE_SD)

    def expected(self, person: Person, week: date, *, is_exposed: bool) -> float:
        """Return the mean number of pull requests of a developer who is not away, with or without the tool."""
        team = self.people[person]
        growth = _GROWTH_PER_WEEK * ((monday(week) - monday(self.first_day)).days / 7)
        common = _COMMON_SD * seeded_hash.stream(self.seed, "week", monday(week)).gauss(0, 1)
        own = _TEAM_SD * seeded_hash.stream(self.seed, "week", monday(week), team).gauss(0, 1)
        able = _SKILL_SD * self._skill(person)
        factor = 1 + self.effect if is_exposed else 1
        return _MEAN_MERGED * exp(able + growth + common + own) * factor

    def true_effect(self) -> float:
        """Return what the roll-out changes in the pull requests of the teams that have started.

        Smaller than ``effect``: some developers never use the tool and some used it before.
        """
        with_tool = without = 0.0
        for person, team in self.people.items():
            for week in self.weeks:
                if week >= self.starts[team]:
                    before = self._uses(person, has_started=False)
                    after = self._uses(person, has_started=True)
                    without += self.expected(person, week, is_exposed=before)
                    with_tool += self.expected(person, week, is_exposed=after)
        return with_tool / without - 1 if without else 0.0

    def _skill(self, person: Person) -> float:
        return seeded_hash.stream(self.seed, "skill", person).gauss(0, 1)

    def _uses(self, person: Person, *, has_started: bool) -> bool:
        """Tell whether a developer takes the tool up: the able ones rather than the others."""
        taste = seeded_hash.share(self.seed, "taste", person)
        leaning = 0.15 * self._skill(person)
        return taste < (_LATE if has_started else _EARLY) + leaning


def _poisson(lot: Random, mean: float) -> int:
    floor, product, drawn = exp(-mean), lot.random(), 0
    while product > floor:
        product *= lot.random()
        drawn += 1
    return drawn
