"""What GitHub tells of a repository: its lists in their own order, up to today."""

from collections.abc import Callable, Iterator
from typing import Any

from sandbox.world.delivery import CONFIG, EMPTY, REPOSITORIES, Delivery
from sandbox.world.delivery_parts import PullRequest, Repository
from sandbox.world.delivery_pulls import sha
from sandbox.world.delivery_rows import (
    comment_row,
    commit_row,
    deployment_row,
    event_row,
    pull_row,
    repository_row,
    review_row,
    run_row,
    slug,
    status_rows,
    text,
    user,
)

Row = dict[str, Any]
ALL_REPOSITORIES = (*REPOSITORIES, CONFIG, EMPTY)


class Telling:
    """Lists of rows of a repository; ``name_of`` is what a repository is called at the moment."""

    def __init__(self, delivery: Delivery, name_of: Callable[[Repository], str]) -> None:
        """Tell of a delivery."""
        self._delivery, self._name_of = delivery, name_of
        self._now = delivery.now
        self._by_number = {
            (one.repository.repository_id, one.number): one for one in delivery.all_pull_requests
        }

    def pull_request(self, repository: Repository, number: int) -> PullRequest | None:
        """Return a pull request by its number."""
        return self._by_number.get((repository.repository_id, number))

    def of(self, repository: Repository) -> Iterator[PullRequest]:
        """Yield a repository's pull requests, oldest first."""
        for one in self._delivery.all_pull_requests:
            if one.repository == repository:
                yield one

    def repository(self, repository: Repository) -> Row:
        """Return the repository itself."""
        return repository_row(repository, self._name_of(repository))

    def pulls(self, repository: Repository) -> list[Row]:
        """Return the pull requests as the list has them."""
        whole = self.repository(repository)
        return [pull_row(one, whole, self._now) for one in self.of(repository)]

    def commits_of(self, pull_request: PullRequest) -> list[Row]:
        """Return a pull request's commits, oldest first."""
        past = [one for one in pull_request.commits if one.authored_at < self._now]
        return [commit_row(one, [sha(one.sha, "parent")]) for one in past]

    def reviews_of(self, pull_request: PullRequest) -> list[Row]:
        """Return a pull request's reviews, oldest first; one that is pending has no instant."""
        found = []
        for place, one in enumerate(pull_request.reviews):
            if one.submitted_at is None or one.submitted_at < self._now:
                found.append(review_row(pull_request, place, one))
        return found

    def comments(self, repository: Repository, kind: str) -> list[Row]:
        """Return all comments of a kind (``issue``, ``review``) in a repository by id."""
        base = f"https://api.github.com/repos/{self._name_of(repository)}"
        return [
            comment_row(pull_request, place, one, base)
            for pull_request in self.of(repository)
            for place, one in enumerate(pull_request.comments)
            if one.kind == kind and one.created_at < self._now
        ]

    def issue_events(self, repository: Repository) -> list[Row]:
        """Return the events of issues and pull requests, newest first; one of an issue is among them."""
        base = f"https://api.github.com/repos/{self._name_of(repository)}"
        found: list[Row] = []
        for pull_request in self.of(repository):
            for place, one in enumerate(pull_request.events):
                if one.at >= self._now:
                    continue
                found.append(event_row(pull_request, place, one, base))
        found.append(
            {
                "id": repository.repository_id,
                "node_id": "E_t",
                "actor": None,
                "event": "closed",
                "commit_id": None,
                "created_at": text(self._now.replace(year=self._now.year - 1, day=1)),
                "issue": {"number": 1, "url": f"{base}/issues/1"},
            }
        )
        found.sort(key=lambda row: (row["created_at"], row["id"]), reverse=True)
        return found

    def deployments(self, repository: Repository) -> list[Row]:
        """Return the deployments that GitHub knows, newest first; CI may record them elsewhere."""
        if repository.records_deployments == "ci":
            return []
        base = f"https://api.github.com/repos/{self._name_of(repository)}"
        found = [
            deployment_row(one, base)
            for one in self._delivery.deployments
            if one.repository == repository and one.created_at < self._now
        ]
        found.sort(key=lambda row: (row["created_at"], row["id"]), reverse=True)
        return found

    def statuses(self, repository: Repository, deployment_id: int) -> list[Row] | None:
        """Return a deployment's statuses, newest first; None where there is no such deployment."""
        for one in self._delivery.deployments:
            if one.deployment_id == deployment_id and one.repository == repository:
                return status_rows(one, self._now)
        return None

    def runs(self, repository: Repository) -> list[Row]:
        """Return the workflow runs, newest first, each as its latest attempt."""
        whole = self.repository(repository)
        made = [one for one in self._delivery.runs if one.repository == repository]
        found = [run_row(one, whole, len(one.attempts), place) for place, one in enumerate(made)]
        found.sort(key=lambda row: (row["created_at"], row["id"]), reverse=True)
        return found

    def attempt(self, repository: Repository, run_id: int, attempt: int) -> Row | None:
        """Return one attempt of a run."""
        made = [one for one in self._delivery.runs if one.repository == repository]
        for place, one in enumerate(made):
            if one.run_id == run_id and 1 <= attempt <= len(one.attempts):
                return run_row(one, self.repository(repository), attempt, place)
        return None

    def commits(self, repository: Repository) -> list[Row]:
        """Return the commits of the default branch, newest first."""
        merged = self._delivery.merged.get(repository.repository_id, ())
        before, found = "0" * 40, []
        for one in merged:
            if one.merge_commit:
                found.append(commit_row(one.merge_commit, [before], is_squash=True))
                before = one.merge_commit.sha
        return found[::-1]

    def releases(self, repository: Repository) -> list[Row]:
        """Return a release for every fifth deployment to production, newest first, and a draft before all."""
        ours = [
            one
            for one in self._delivery.deployments
            if one.service == repository.service and one.environment == "production"
        ][::5]
        found: list[Row] = [
            {
                "id": one.deployment_id + 7 * 10**8,
                "tag_name": f"v1.{place}.0",
                "target_commitish": "main",
                "name": f"1.{place}.0" if place % 3 else None,
                "body": None,
                "draft": False,
                "prerelease": place % 4 == 3,
                "created_at": text(one.created_at),
                "published_at": text(one.finished_at),
                "author": user(one.creator),
                "assets": [],
            }
            for place, one in enumerate(ours)
            if one.repository == repository
        ]
        if found:
            draft = {**found[-1], "id": found[-1]["id"] + 5 * 10**7, "draft": True}
            found.append({**draft, "tag_name": "v2.0.0", "published_at": None})
        return found[::-1]

    def teams(self) -> list[Row]:
        """Return the organisation's teams."""
        names = sorted({team for team, _ in self._delivery.members()})
        return [
            {"id": 700 + place, "name": name, "slug": slug(name), "privacy": "closed"}
            for place, name in enumerate(names)
        ]

    def members(self, team_slug: str) -> list[Row] | None:
        """Return a team's members of today; None where there is no such team."""
        if team_slug not in {row["slug"] for row in self.teams()}:
            return None
        found = (user(one) for team, one in self._delivery.members() if slug(team) == team_slug)
        return [row for row in found if row]
