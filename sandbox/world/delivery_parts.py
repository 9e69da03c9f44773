"""What delivery is made of: accounts, repositories, pull requests, deployments, incidents, runs.

Instants are in UTC to the second. An event that lies after today has not happened; who shows a part to
a vendor's client leaves those out.
"""

from dataclasses import dataclass
from datetime import datetime

from sandbox.world.people import Person

ORGANIZATION = "harbourline"


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody on GitHub: a person of the company, a bot, or nobody any more (``is_deleted``)."""

    account_id: int
    login: str
    kind: str = "User"
    person: Person | None = None
    is_deleted: bool = False
    email: str = ""

    @property
    def is_bot(self) -> bool:
        """Tell whether no human is behind it."""
        return self.kind == "Bot"


@dataclass(frozen=True, slots=True)
class Repository:
    """One repository; ``records_deployments`` says who tells of its deployments: github, gitops or ci."""

    repository_id: int
    name: str
    team: str
    service: str
    records_deployments: str = "github"
    former_name: str | None = None
    is_private: bool = True
    is_empty: bool = False

    @property
    def full_name(self) -> str:
        """Return owner and name."""
        return f"{ORGANIZATION}/{self.name}"


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit; ``co_authors`` are names and addresses of its trailers, ``reverts`` the commit it takes back."""

    sha: str
    message: str
    author: Account
    author_email: str
    authored_at: datetime
    committed_at: datetime
    co_authors: tuple[tuple[str, str], ...] = ()
    reverts: str | None = None

    @property
    def text(self) -> str:
        """Return the whole message with its trailers."""
        parts = [self.message]
        if self.reverts:
            parts.append(f"This reverts commit {self.reverts}.")
        if self.co_authors:
            parts.append(
                "\n".join(f"Co-authored-by: {name} <{mail}>" for name, mail in self.co_authors)
            )
        return "\n\n".join(parts)


@dataclass(frozen=True, slots=True)
class Review:
    """A review; without an instant it is not handed in yet."""

    author: Account
    state: str
    submitted_at: datetime | None


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment in the conversation (``issue``) or on a line (``review``)."""

    author: Account
    kind: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Happening:
    """An event of a pull request's life: closed, reopened, merged, labeled."""

    kind: str
    at: datetime
    actor: Account
    label: str | None = None


@dataclass(frozen=True, slots=True)
class PullRequest:
    """One pull request with all that ever happens to it.

    ``evidence`` is how GitHub can tell that an assistant helped: ``label``, ``co_author`` or nothing;
    ``is_assisted`` is whether one did.
    """

    repository: Repository
    number: int
    title: str
    author: Account
    head_ref: str
    created_at: datetime
    closed_at: datetime | None
    merged_at: datetime | None
    commits: tuple[Commit, ...]
    merge_commit: Commit | None
    reviews: tuple[Review, ...] = ()
    comments: tuple[Comment, ...] = ()
    events: tuple[Happening, ...] = ()
    labels: tuple[str, ...] = ()
    is_draft: bool = False
    head_repository: str = "same"
    is_assisted: bool = False
    evidence: str | None = None

    @property
    def first_commit_at(self) -> datetime:
        """Return when the work began, as far as commits tell."""
        return min(commit.authored_at for commit in self.commits)


@dataclass(frozen=True, slots=True)
class Deployment:
    """One deployment of a service; ``statuses`` are states and instants, oldest first."""

    deployment_id: int
    repository: Repository
    service: str
    sha: str
    ref: str
    environment: str
    created_at: datetime
    creator: Account
    statuses: tuple[tuple[str, datetime], ...]
    pull_request: int | None = None
    rolls_back: int | None = None
    fixes: int | None = None

    @property
    def outcome(self) -> str:
        """Return success or failure: whether it ever succeeded, whatever came later."""
        return "success" if any(state == "success" for state, _ in self.statuses) else "failure"

    @property
    def finished_at(self) -> datetime:
        """Return when the outcome was known."""
        ends = ("success", "failure", "error")
        return next(at for state, at in self.statuses if state in ends)


@dataclass(frozen=True, slots=True)
class Incident:
    """Something broke; ``caused_by`` is a deployment when anybody found out."""

    incident_id: str
    service: str
    opened_at: datetime
    resolved_at: datetime | None
    caused_by: int | None


@dataclass(frozen=True, slots=True)
class Run:
    """A workflow run; one attempt after the other: start, end and conclusion."""

    run_id: int
    repository: Repository
    workflow: str
    event: str
    branch: str
    sha: str
    actor: Account
    created_at: datetime
    attempts: tuple[tuple[datetime, datetime, str | None], ...]
    pull_request: int | None = None
