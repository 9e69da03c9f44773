"""Deployments of a service: on working afternoons what was merged goes to staging, then to production.

Some fail and are tried again, some break what ran and are rolled back, some only ever reach staging. A
repository under GitOps deploys commits of another repository: their ids are of no pull request.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from sandbox.world import seeded_hash
from sandbox.world.delivery_parts import Deployment, Incident, PullRequest, Repository
from sandbox.world.delivery_pulls import DEPLOY_BOT, sha
from sandbox.world.people import FOUNDED

PRODUCTION, STAGING = "production", "staging"
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Afternoon:
    """What happened to one service on one day."""

    deployments: tuple[Deployment, ...]
    incidents: tuple[Incident, ...]


def afternoons(
    seed: int,
    repository: Repository,
    told_in: Repository,
    place: int,
    days: Sequence[date],
    merged: Sequence[PullRequest],
) -> Iterator[Afternoon]:
    """Yield the days of one service, oldest first.

    Args:
        seed: The company's seed.
        repository: Whose commits are deployed.
        told_in: Where GitHub shows the deployments; another repository under GitOps.
        place: The repository's place, from which ids are made.
        days: The days, oldest first.
        merged: What was merged into the repository, by time of the merge.
    """
    waiting, running = 0, None
    for day in days:
        if day.weekday() > 4:
            continue
        lot = seeded_hash.stream(seed, "deploy", repository.name, day)
        at = datetime(day.year, day.month, day.day, 15, lot.randrange(50), tzinfo=UTC)
        ready = waiting
        while ready < len(merged) and _merged_at(merged[ready]) < at - timedelta(hours=1):
            ready += 1
        if ready == waiting:
            continue
        waiting, newest = ready, merged[ready - 1]
        head = newest.merge_commit.sha if newest.merge_commit else ""
        if told_in != repository:
            head = sha("gitops", repository.name, day)
        maker = _Maker(repository, told_in, (day.toordinal() - FOUNDED) * 10_000 + place * 100)
        roll = lot.random()
        made = [maker.deploy(STAGING, head, at - timedelta(hours=1), newest.number)]
        incidents: list[Incident] = []
        if roll < 0.08:
            failed = maker.deploy(PRODUCTION, head, at, newest.number, ok=False)
            fixed = maker.deploy(PRODUCTION, head, at + 40 * _MINUTE, newest.number)
            made += [failed, replace(fixed, fixes=failed.deployment_id)]
            running = head
        elif roll < 0.15 and running:
            broke = maker.deploy(PRODUCTION, head, at, newest.number)
            back = maker.deploy(PRODUCTION, running, at + 70 * _MINUTE, None)
            made += [broke, replace(back, rolls_back=broke.deployment_id)]
            incidents.append(
                Incident(
                    f"INC-{broke.deployment_id}",
                    repository.service,
                    at + 30 * _MINUTE,
                    back.finished_at,
                    broke.deployment_id,
                )
            )
        elif roll < 0.9:
            made.append(maker.deploy(PRODUCTION, head, at, newest.number))
            running = head
            if roll > 0.87:
                # Nobody ever found out why; every second one of these is still open.
                ended = None if roll > 0.885 else at + timedelta(hours=20)
                number = made[-1].deployment_id
                incidents.append(
                    Incident(f"INC-{number}", repository.service, at + 5 * _MINUTE, ended, None)
                )
        # Above: it stays in staging, and the next afternoon takes it along.
        yield Afternoon(tuple(made), tuple(incidents))


def with_inactive(deployments: Sequence[Deployment]) -> Iterator[Deployment]:
    """Yield the deployments with what GitHub adds: a success makes the one before it inactive.

    Args:
        deployments: Those of one service, by time.
    """
    next_success: dict[str, datetime] = {}
    found = []
    for one in reversed(deployments):
        later = next_success.get(one.environment)
        if one.outcome == "success":
            next_success[one.environment] = one.finished_at
            if later:
                one = replace(one, statuses=(*one.statuses, ("inactive", later)))
        found.append(one)
    yield from reversed(found)


def _merged_at(pull_request: PullRequest) -> datetime:
    if pull_request.merged_at is None:
        raise ValueError("only what is merged is deployed")
    return pull_request.merged_at


class _Maker:
    """Numbers the deployments of an afternoon."""

    def __init__(self, repository: Repository, told_in: Repository, first: int) -> None:
        self._repository, self._told_in, self._next = repository, told_in, first

    def deploy(
        self, environment: str, head: str, at: datetime, number: int | None, *, ok: bool = True
    ) -> Deployment:
        self._next += 1
        # Whoever deploys says failure on some days and error on others.
        ends = "success" if ok else ("failure", "error")[self._next // 10_000 % 2]
        return Deployment(
            self._next,
            self._told_in,
            self._repository.service,
            head,
            "main",
            environment,
            at,
            DEPLOY_BOT,
            (("in_progress", at + _MINUTE), (ends, at + 6 * _MINUTE)),
            number,
        )
