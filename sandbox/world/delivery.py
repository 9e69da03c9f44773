"""How the company delivers software: the shape ``delivery``.

Who merges how much and who uses a coding tool in which week is the roll-out's (``rollout.py``); what a pull
request goes through is in ``delivery_pulls.py``, what becomes of the merged in ``delivery_deployments.py``.
Everything lies in whole UTC seconds before today; what is still to come at today's midnight is not there.

The roll-out is laid over the served window from the first of its first month on, so that the days of a month tell
one history; another month is another history.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import cached_property

from sandbox.world import seeded_hash
from sandbox.world.delivery_deployments import afternoons, with_inactive
from sandbox.world.delivery_parts import (
    Account,
    Deployment,
    Incident,
    PullRequest,
    Repository,
    Run,
)
from sandbox.world.delivery_pulls import DEPLOY_BOT, bot_week, person_week
from sandbox.world.people import TEAMS, Person, Roster
from sandbox.world.rollout import Rollout, monday

_WEEK = timedelta(days=7)
_AHEAD = 3
"""Weeks after today from which what is open today comes."""

REPOSITORIES = (
    Repository(501, "platform", "Platform", "platform"),
    Repository(502, "payments", "Payments", "payments", "gitops"),
    Repository(503, "mobile", "Mobile", "mobile", is_private=False),
    Repository(504, "analytics", "Analytics", "analytics", "ci"),
    Repository(505, "models", "Machine Learning", "models", "ci", former_name="ml-models"),
    Repository(506, "design-systems", "Design Systems", "design-systems"),
)
CONFIG = Repository(507, "cluster-config", "Platform", "payments")
EMPTY = Repository(508, "blank", "Platform", "blank", is_empty=True)
HIDDEN = "harbourline/acquisition"
"""Exists, but the token may not see it."""


def rollout_of(seed: int, roster: Roster, first_day: date, days: int) -> Rollout[int]:
    """Return the roll-out of coding tools: developers by serial number, each in their first team of the window.

    Who could never get a tool is no developer here, so that the logs of the tools show everybody who uses one.
    """
    begun = first_day.replace(day=1)
    end = begun.toordinal() + days + 62
    people = {
        person.serial: TEAMS[person.team_number(max(person.start, begun.toordinal()))][1]
        for person in roster.everyone(end)
        if (person.end is None or person.end > begun.toordinal()) and _can_use_a_tool(person)
    }
    return Rollout(seed, tuple(team for _, team, _ in TEAMS), people, begun, days)


def _can_use_a_tool(person: Person) -> bool:
    """Tell whether somebody works for the company and has a coding tool to be given."""
    return not person.is_outsider and (person.in_cursor or person.mode != "none")


class Delivery:
    """Pull requests, deployments, incidents and runs of the company up to today."""

    def __init__(self, roster: Roster, first_day: date, as_of: date, rollout: Rollout[int]) -> None:
        """Look at a company; nothing is made before it is asked for.

        Args:
            roster: Its people.
            first_day: The first day that is seen.
            as_of: Today, which has not begun.
            rollout: Who uses coding tools, and how much each delivers.
        """
        self.seed, self.roster, self.people = roster.seed, roster, roster.people
        self.first_day, self.as_of = first_day, as_of
        self.now = datetime(as_of.year, as_of.month, as_of.day, tzinfo=UTC)
        self.rollout = rollout

    @cached_property
    def accounts(self) -> Mapping[int, Account]:
        """Everybody who ever had an account, by serial number; leavers of odd chairs have deleted theirs."""
        ordinal = self.as_of.toordinal()
        return {
            person.serial: _account(person, ordinal)
            for person in self.roster.everyone(ordinal + _AHEAD * 7 + 7)
        }

    @cached_property
    def all_pull_requests(self) -> tuple[PullRequest, ...]:
        """What was begun before today, with what will become of it, by time of creation."""
        found = list(self._made())
        return tuple(
            sorted(
                (one for one in found if one.created_at < self.now),
                key=lambda one: (one.created_at, one.number),
            )
        )

    @cached_property
    def merged(self) -> Mapping[int, tuple[PullRequest, ...]]:
        """What is merged by today, by repository and time."""
        found: dict[int, list[PullRequest]] = {one.repository_id: [] for one in REPOSITORIES}
        for one in self.all_pull_requests:
            if one.merged_at and one.merged_at < self.now:
                found[one.repository.repository_id].append(one)
        return {
            key: tuple(sorted(made, key=lambda one: (one.merged_at or self.now, one.number)))
            for key, made in found.items()
        }

    @cached_property
    def deployments(self) -> tuple[Deployment, ...]:
        """All deployments, whoever tells of them."""
        return tuple(one for made, _ in self._afternoons for one in made)

    @cached_property
    def incidents(self) -> tuple[Incident, ...]:
        """All incidents; one that was not resolved by today is open."""
        return tuple(one for _, made in self._afternoons for one in made)

    @cached_property
    def runs(self) -> tuple[Run, ...]:
        """The workflow runs: one of tests for each pull request, one for each deployment."""
        found = [self._test_run(one) for one in self.all_pull_requests]
        found += [
            self._deploy_run(one) for one in self.deployments if one.environment == "production"
        ]
        return tuple(one for one in found if one.created_at < self.now)

    def members(self) -> Iterator[tuple[str, Account]]:
        """Yield today's teams and their members."""
        ordinal = self.as_of.toordinal()
        for person in self.roster.present(ordinal):
            if not person.is_outsider:
                yield TEAMS[person.team_number(ordinal)][1], self.accounts[person.serial]

    def _made(self) -> Iterator[PullRequest]:
        week = monday(self.first_day + timedelta(days=6))
        while week < self.as_of + _AHEAD * _WEEK:
            whole = [
                person
                for person in self.roster.present(week.toordinal())
                if person.serial in self.rollout.people and person.is_present(week.toordinal() + 6)
            ]
            by_team: dict[str, list[Account]] = {repo.team: [] for repo in REPOSITORIES}
            for person in whole:
                by_team[self.rollout.people[person.serial]].append(self.accounts[person.serial])
            for chair, repository in enumerate(REPOSITORIES):
                team = by_team[repository.team]
                for author in team:
                    yield from self._person(week, author, repository, team)
                if team:
                    yield bot_week(self.seed, self.people, week, chair, repository, team)
            week += _WEEK

    def _person(
        self, week: date, author: Account, repository: Repository, team: list[Account]
    ) -> Iterator[PullRequest]:
        if author.person is None:
            return
        serial = author.person.serial
        n_merged = self.rollout.merged_in_week(serial, week)
        yield from person_week(
            self.seed,
            self.people,
            week,
            author,
            repository,
            [self.rollout.cycle_hours(serial, week, place) for place in range(n_merged)],
            team,
            is_exposed=self.rollout.is_exposed(serial, week),
        )

    @cached_property
    def _afternoons(self) -> tuple[tuple[tuple[Deployment, ...], tuple[Incident, ...]], ...]:
        span = (self.as_of - self.first_day).days
        days = [self.first_day + timedelta(days=number) for number in range(span)]
        found = []
        for place, repository in enumerate(REPOSITORIES):
            told_in = CONFIG if repository.records_deployments == "gitops" else repository
            merged = self.merged[repository.repository_id]
            past = list(afternoons(self.seed, repository, told_in, place, days, merged))
            made = tuple(with_inactive([one for day in past for one in day.deployments]))
            found.append((made, tuple(one for day in past for one in day.incidents)))
        return tuple(found)

    def _test_run(self, pull_request: PullRequest) -> Run:
        lot = seeded_hash.stream(
            self.seed, "run", pull_request.repository.name, pull_request.number
        )
        start = pull_request.created_at + timedelta(seconds=15)
        roll, attempts = lot.random(), []
        for conclusion in _conclusions(roll):
            end = start + timedelta(seconds=120 + lot.randrange(400))
            attempts.append((start, end, conclusion))
            start = end + timedelta(minutes=10 + lot.randrange(1500))
        past = [one for one in attempts if one[1] < self.now] or attempts[:1]
        return Run(
            pull_request.repository.repository_id * 10**8 + pull_request.number,
            pull_request.repository,
            "test",
            "pull_request",
            pull_request.head_ref,
            pull_request.commits[-1].sha,
            pull_request.author,
            pull_request.created_at + timedelta(seconds=10),
            tuple(past),
            pull_request.number if pull_request.head_repository == "same" else None,
        )

    def _deploy_run(self, deployment: Deployment) -> Run:
        return Run(
            deployment.repository.repository_id * 10**8 + 5 * 10**7 + deployment.deployment_id,
            deployment.repository,
            "deploy",
            "push",
            "main",
            deployment.sha,
            DEPLOY_BOT,
            deployment.created_at,
            ((deployment.created_at, deployment.finished_at, deployment.outcome),),
        )


def _conclusions(roll: float) -> tuple[str | None, ...]:
    """Return how the attempts of a run ended; some end in ways that nobody documents."""
    if roll < 0.06:
        return ("failure", "success")
    if roll < 0.07:
        return ("failure", "failure", "success")
    if roll < 0.12:
        return ("failure",)
    odd = {12: "cancelled", 13: "startup_failure", 14: "stale", 15: "", 16: None}
    return (odd.get(int(roll * 100), "success"),)


def _account(person: Person, today: int) -> Account:
    has_left = person.end is not None and person.end <= today
    return Account(
        10_000 + person.serial,
        f"{person.first_name}-{person.last_name}".lower(),
        person=person,
        is_deleted=has_left and person.slot % 2 == 1,
        email=person.email,
    )
