"""Pull requests of a week: as many of each developer as the roll-out says, plus those of bots and those given up.

Numbers hang on week, chair and place in the week, so that a pull request keeps its number whatever is served.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha1
from random import Random

from sandbox.world import seeded_hash
from sandbox.world.delivery_parts import (
    Account,
    Comment,
    Commit,
    Happening,
    PullRequest,
    Repository,
    Review,
)
from sandbox.world.people import FOUNDED

PER_CHAIR = 20
GIVEN_UP, OF_BOTS = 18, 19
"""Places in a week of what is never merged, and of a bot's update."""
_MOST = 18
_LONGEST_HOURS = 20 * 24
LABEL = "claude-code-assisted"
CO_AUTHORS = (
    ("Claude", "noreply@anthropic.com"),
    ("Cursor", "cursoragent@cursor.com"),
    ("Copilot", "175728472+Copilot@users.noreply.github.com"),
)
DEPENDABOT = Account(49699333, "dependabot[bot]", "Bot", email="support@deps.example")
REVIEW_BOT = Account(49699334, "reviewer[bot]", "Bot", email="reviewer@bots.example")
DEPLOY_BOT = Account(41898282, "github-actions[bot]", "Bot", email="actions@bots.example")


def sha(*name: object) -> str:
    """Return a commit id that depends on the name alone."""
    return sha1("|".join(map(str, name)).encode(), usedforsecurity=False).hexdigest()


def number_of(week: date, chair: int, place: int, people: int) -> int:
    """Return the number of a pull request; numbers have gaps, issues take some."""
    weeks = (week.toordinal() - FOUNDED) // 7
    return (weeks * people + chair) * PER_CHAIR + place + 1


def assisted_share(seed: int, serial: int) -> float:
    """Return which part of a user's pull requests an assistant has a hand in."""
    return 0.3 + 0.5 * seeded_hash.share(seed, "assisted", serial)


def person_week(
    seed: int,
    people: int,
    week: date,
    author: Account,
    repository: Repository,
    hours: Sequence[float],
    team: Sequence[Account],
    *,
    is_exposed: bool,
) -> Iterator[PullRequest]:
    """Yield a developer's pull requests of a week: one merged for each of ``hours``, and sometimes one given up.

    Args:
        seed: The company's seed.
        people: Number of its chairs.
        week: The Monday.
        author: Who wrote them.
        repository: Where.
        hours: From first commit to merge, one for each that is merged.
        team: Who may review.
        is_exposed: Whether the developer uses a coding tool in this week.
    """
    if author.person is None:
        raise ValueError("a developer is a person")
    serial, chair = author.person.serial, author.person.slot
    midnight = datetime(week.year, week.month, week.day, tzinfo=UTC)
    before: PullRequest | None = None
    merges = sorted(
        (_instant(midnight, seeded_hash.stream(seed, "merge", serial, week, place)), place)
        for place in range(min(len(hours), _MOST))
    )
    for merged_at, place in merges:
        lot = seeded_hash.stream(seed, "pull", serial, week, place)
        begun = merged_at - timedelta(hours=min(hours[place], _LONGEST_HOURS))
        reverted = None
        if before and before.merged_at and lot.random() < 0.05:
            begun = max(begun, before.merged_at + timedelta(minutes=5))
            reverted = before if merged_at - begun > timedelta(minutes=15) else None
            begun = begun if reverted else merged_at - timedelta(hours=1)
        assisted = is_exposed and lot.random() < assisted_share(seed, serial) and not reverted
        made = _merged(
            lot,
            number_of(week, chair, place, people),
            repository,
            author,
            [one for one in team if one != author],
            (_whole(begun), merged_at),
            reverted,
            assisted=assisted,
        )
        yield made
        before = made
    lot = seeded_hash.stream(seed, "given up", serial, week)
    if hours and lot.random() < 0.2:
        created = _instant(midnight, lot)
        yield _given_up(lot, number_of(week, chair, GIVEN_UP, people), repository, author, created)


def bot_week(
    seed: int, people: int, week: date, chair: int, repository: Repository, team: Sequence[Account]
) -> PullRequest:
    """Return the update of dependencies that a bot proposes in a week."""
    midnight = datetime(week.year, week.month, week.day, tzinfo=UTC)
    lot = seeded_hash.stream(seed, "bot", repository.name, week)
    created = midnight + timedelta(hours=4, minutes=lot.randrange(60))
    merged = created + timedelta(hours=5 + lot.randrange(40))
    number = number_of(week, chair, OF_BOTS, people)
    one = Commit(
        sha(repository.name, number, "head"),
        "build(deps): bump left-pad",
        DEPENDABOT,
        DEPENDABOT.email,
        created - timedelta(minutes=1),
        created - timedelta(minutes=1),
    )
    merge = replace(
        one, sha=sha(repository.name, number, "merge"), message=f"{one.message} (#{number})",
        committed_at=merged,
    )  # fmt: skip
    actor = team[0] if team else DEPLOY_BOT
    return PullRequest(
        repository,
        number,
        one.message,
        DEPENDABOT,
        f"dependabot/npm/left-pad-{number}",
        created,
        merged,
        merged,
        (one,),
        merge,
        reviews=(Review(actor, "APPROVED", merged - timedelta(minutes=20)),),
        events=(
            Happening("labeled", created + timedelta(seconds=2), DEPENDABOT, "dependencies"),
            Happening("merged", merged, actor),
            Happening("closed", merged, actor),
        ),
        labels=("dependencies",),
    )


def _whole(at: datetime) -> datetime:
    return at.replace(microsecond=0)


def _instant(midnight: datetime, lot: Random) -> datetime:
    day = lot.randrange(5) if lot.random() < 0.97 else 5
    return midnight + timedelta(days=day, seconds=8 * 3600 + lot.randrange(9 * 3600))


def _between(lot: Random, start: datetime, end: datetime, low: float, high: float) -> datetime:
    return _whole(start + (end - start) * (low + (high - low) * lot.random()))


def _merged(
    lot: Random,
    number: int,
    repository: Repository,
    author: Account,
    others: Sequence[Account],
    span: tuple[datetime, datetime],
    reverted: PullRequest | None,
    *,
    assisted: bool,
) -> PullRequest:
    begun, merged_at = span
    created = _between(lot, begun, merged_at, 0.2, 0.5)
    evidence = None
    if assisted:
        roll = lot.random()
        evidence = "label" if roll < 0.35 else "co_author" if roll < 0.7 else None
    trailers = (seeded_hash.pick(lot.random(), CO_AUTHORS),) if evidence == "co_author" else ()
    title = seeded_hash.pick(
        lot.random(), ("feat: faster list", "fix: wrong total", "refactor: one place", "docs: why")
    )
    took_back = None
    if reverted and reverted.merge_commit:
        title, took_back = f'Revert "{reverted.title}"', reverted.merge_commit.sha
    commits = _commits(lot, repository, number, title, author, (begun, created), trailers)
    merge = Commit(
        sha(repository.name, number, "merge"),
        f"{title} (#{number})",
        author,
        author.email,
        merged_at,
        merged_at,
        trailers,
        took_back,
    )
    reviews, comments = _talk(lot, author, others, created, merged_at)
    labels = tuple(
        name
        for name, has in (("bug", title.startswith("fix")), (LABEL, evidence == "label"))
        if has
    )
    # The label of an assistant comes when the vendor has matched the sessions: up to two days after the merge.
    events = [
        Happening("labeled", created + timedelta(minutes=1), author, "bug")
        for name in labels
        if name == "bug"
    ]
    if evidence == "label":
        events.append(
            Happening("labeled", merged_at + timedelta(hours=lot.randrange(40)), DEPLOY_BOT, LABEL)
        )
    merger = others[0] if others and lot.random() < 0.5 else author
    if lot.random() < 0.03:
        shut = _between(lot, created, merged_at, 0.2, 0.4)
        events.append(Happening("closed", shut, author))
        events.append(Happening("reopened", _between(lot, shut, merged_at, 0.2, 0.5), author))
    events += [Happening("merged", merged_at, merger), Happening("closed", merged_at, merger)]
    from_fork = author.person is not None and author.person.slot == 5
    head = ("gone" if lot.random() < 0.5 else "fork") if from_fork else "same"
    return PullRequest(
        repository,
        number,
        title,
        author,
        f"{author.login}/{number}",
        created,
        merged_at,
        merged_at,
        commits,
        merge,
        reviews,
        comments,
        tuple(sorted(events, key=lambda one: one.at)),
        labels,
        head_repository=head,
        is_assisted=assisted,
        evidence=evidence,
    )


def _commits(
    lot: Random,
    repository: Repository,
    number: int,
    title: str,
    author: Account,
    span: tuple[datetime, datetime],
    trailers: tuple[tuple[str, str], ...],
) -> tuple[Commit, ...]:
    begun, created = span
    made = []
    for place in range(1 + lot.randrange(3)):
        at = begun if place == 0 else _between(lot, begun, created, 0, 1)
        # Some write from a machine that GitHub does not know, some under GitHub's own address.
        roll = lot.random()
        email = author.email
        if roll < 0.1:
            email = f"{author.account_id}+{author.login}@users.noreply.github.com"
        made.append(
            Commit(
                sha(repository.name, number, "head", place),
                title,
                author,
                email,
                at,
                at,
                trailers if place == 0 else (),
            )
        )
    return tuple(sorted(made, key=lambda one: one.authored_at))


def _talk(
    lot: Random,
    author: Account,
    others: Sequence[Account],
    created: datetime,
    merged_at: datetime,
) -> tuple[tuple[Review, ...], tuple[Comment, ...]]:
    reviews: list[Review] = []
    comments: list[Comment] = []
    if lot.random() < 0.04:
        # The pull request was made of an issue: its conversation is older than itself.
        by = others[0] if others else author
        comments.append(Comment(by, "issue", created - timedelta(hours=3)))
    if lot.random() < 0.2:
        comments.append(Comment(REVIEW_BOT, "issue", created + timedelta(seconds=20)))
    if not others or lot.random() < 0.08:
        return tuple(reviews), tuple(comments)
    by = seeded_hash.pick(lot.random(), others)
    first = _between(lot, created, merged_at, 0.1, 0.6)
    if lot.random() < 0.3:
        asked = "CHANGES_REQUESTED" if lot.random() < 0.5 else "COMMENTED"
        reviews.append(Review(by, asked, first))
        comments.append(Comment(by, "review", first))
        comments.append(Comment(author, "review", _between(lot, first, merged_at, 0.1, 0.4)))
        reviews.append(Review(by, "APPROVED", _between(lot, first, merged_at, 0.5, 0.95)))
    else:
        reviews.append(Review(by, "APPROVED", first))
    if lot.random() < 0.02:
        reviews.append(Review(by, "PENDING", None))
    return tuple(reviews), tuple(comments)


def _given_up(
    lot: Random, number: int, repository: Repository, author: Account, created: datetime
) -> PullRequest:
    title = "feat: an idea"
    commits = _commits(
        lot, repository, number, title, author, (created - timedelta(hours=2), created), ()
    )
    closed = created + timedelta(days=1 + lot.randrange(25)) if lot.random() < 0.7 else None
    events = (Happening("closed", closed, author),) if closed else ()
    return PullRequest(
        repository,
        number,
        title,
        author,
        f"{author.login}/{number}",
        created,
        closed,
        None,
        commits,
        None,
        events=events,
        is_draft=closed is None,
    )
