"""What the orchestrator did: tasks of twenty organisations with a thousand users, day by day.

A day hangs on the seed, the company's size and the date alone. A task may fail and be tried again within
the day; some tasks were reported too early and are delivered once more in the next week's file.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from random import Random

from sandbox.world import seeded_hash
from sandbox.world.people import Roster
from sandbox.world.task_prices import ORGANIZATIONS, organization

USERS = 1_000
TASKS_PER_PERSON = 4
TASK_TYPES = ("code_generation", "bug_fix", "refactor", "test_generation")
ROUTER_TYPE = "model-routing"
"""What some of the router's own calls are called, and nothing else says what they are."""
STRATEGIES = ("cost_optimized", "performance_optimized", "balanced")
PROVIDERS = ("github_copilot", "openai_codex", "google_code_assist", "claude_code")
_MODELS: dict[str, tuple[str | None, ...]] = {
    "github_copilot": (None,),
    "openai_codex": ("gpt-5-codex", "gpt-5-codex", "gpt-5-codex-mini", None),
    "google_code_assist": ("gemini-code", None),
    # Nobody has a price for the last one.
    "claude_code": ("claude-opus-5", "claude-sonnet-5", "claude-sonnet-5", "claude-lab-preview"),
}
_MESSAGES = (
    "Request timed out after 30 s while {name} <{email}> edited src/billing.py",
    "429: rate limit of the organisation reached",
    "401 Unauthorized: api key of {email} was revoked",
    "maximum context length is 200000 tokens",
    "blocked by the content filter: 'write a letter to {name}'",
    "cancelled by {email}",
    "529 overloaded",
    "Something odd happened to {name}",
)
_CLASSES = 5


@dataclass(frozen=True, slots=True)
class Task:
    """One attempt at a task. ``tokens`` are the five classes; None: the orchestrator states only their sum."""

    task_id: str
    user_id: str
    organization: str
    provider: str
    model: str | None
    task_type: str | None
    start: datetime
    duration_ms: int | None
    tokens: tuple[int, ...] | None
    tokens_used: int | None
    tier: str | None
    compute_millis: int | None
    succeeded: bool
    message: str | None
    confidence: float | None
    decision: str | None
    strategy: str
    retry_of: str | None
    early: bool
    """Reported too early first: half of the tokens, as failed; right in the file of the next week."""
    overhead: bool | None = None
    """What the file says of whether the router called for itself; None: it does not say."""

    @property
    def has_overhead_field(self) -> bool:
        """Tell whether the orchestrator's files have the field, filled or empty."""
        return self.overhead is not None or self.task_type == ROUTER_TYPE

    @property
    def is_overhead(self) -> bool:
        """Whether the router called for itself: its file says it, or the type of the task does."""
        return self.task_type == ROUTER_TYPE if self.overhead is None else self.overhead

    @property
    def first_report(self) -> "Task":
        """The task as it was delivered first."""
        if not self.early:
            return self
        tokens = self.tokens and tuple(n // 2 for n in self.tokens)
        used = sum(tokens) if tokens and self.tokens_used is not None else self.tokens_used
        return replace(self, tokens=tokens, tokens_used=used, succeeded=False, message="cancelled")


def tasks_of_day(
    day: date, seed: int, roster: Roster, *, router_calls: bool = False
) -> Iterator[Task]:
    """Yield a day's tasks; of a retried task the failed attempts come first.

    With ``router_calls`` every fifth is preceded by the call in which a model chose the provider.
    """
    for task in _asked_for(day, seed, roster):
        if not router_calls:
            yield task
            continue
        if task.retry_of is None and task.start.microsecond // 1000 % 5 == 0:
            yield _choosing(task)
        yield replace(task, overhead=False)


def _choosing(task: Task) -> Task:
    """Return the router's own call before a task: little, sometimes in vain, and nobody asked for it."""
    typed = task.start.microsecond // 5000 % 2 == 0
    return replace(
        task,
        task_id=f"{task.task_id}-choice",
        provider="claude_code",
        model="claude-sonnet-5",
        duration_ms=300,
        tokens=(700, 12, 0, 0, 0),
        tokens_used=712,
        tier=None,
        decision=None,
        early=False,
        task_type=ROUTER_TYPE if typed else task.task_type,
        overhead=None if typed else True,
    )


def _asked_for(day: date, seed: int, roster: Roster) -> Iterator[Task]:
    ordinal = day.toordinal()
    usual = roster.people * TASKS_PER_PERSON
    count = usual if day.weekday() < 5 else usual // 4
    people = [person for person in roster.everyone(ordinal) if person.is_present(ordinal)]
    for number in range(count):
        rng = seeded_hash.stream(seed, ordinal, "task", number)
        user = rng.randrange(USERS)
        user_id, name, email = _user(user, people)
        attempt = _attempt(rng, day, number, user, user_id, None, name, email)
        yield attempt
        while not attempt.succeeded and rng.random() < 0.6:
            attempt = _attempt(rng, day, number, user, user_id, attempt, name, email)
            yield attempt


def _user(number: int, people: list) -> tuple[str, str, str]:  # type: ignore[type-arg]
    """Return the id, name and e-mail behind a user: the first organisation is the company itself."""
    place = number // ORGANIZATIONS
    if number % ORGANIZATIONS or place >= len(people):
        return f"user-{number:04d}", f"User {number}", f"user{number}@elsewhere.example"
    person = people[place]
    if place % 3 == 0:
        return f"user-{number:04d}", person.name, person.email
    spelled = person.email.upper() if place % 3 == 1 else person.email.title()
    return spelled, person.name, person.email


def _attempt(
    rng: Random,
    day: date,
    number: int,
    user: int,
    user_id: str,
    failed: Task | None,
    name: str,
    email: str,
) -> Task:
    place = 0 if failed is None else int(failed.task_id.rpartition("-")[2]) + 1
    provider = PROVIDERS[min(rng.randrange(5), 3)]
    model = seeded_hash.pick(rng.random(), _MODELS[provider])
    if failed is None:
        millis = rng.randrange(22 * 3_600_000)
        start = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(milliseconds=millis)
        task_type = None if rng.random() < 0.01 else seeded_hash.pick(rng.random(), TASK_TYPES)
    else:
        start, task_type = failed.start + timedelta(minutes=2), failed.task_type
    tokens = _tokens(rng)
    classed = provider != "google_code_assist" and rng.random() < 0.9
    succeeded = rng.random() >= (0.08 if failed is None else 0.25)
    message = None
    if not succeeded and rng.random() < 0.9:
        message = seeded_hash.pick(rng.random(), _MESSAGES).format(name=name, email=email)
    task_id = f"task-{day:%Y%m%d}-{number:05d}-{place}"
    return Task(
        task_id=task_id,
        user_id=user_id,
        organization=organization(user % ORGANIZATIONS),
        provider=provider,
        model=model,
        task_type=task_type,
        start=start,
        duration_ms=None if rng.random() < 0.02 else int(rng.lognormvariate(9.2, 0.9)),
        tokens=tokens if classed else None,
        tokens_used=sum(tokens) if not classed or rng.random() < 0.7 else None,
        tier="priority" if model == "gpt-5-codex" and rng.random() < 0.2 else None,
        compute_millis=rng.randrange(100, 9_000) if rng.random() < 0.95 else None,
        succeeded=succeeded,
        message=message,
        confidence=round(rng.random(), 3) if rng.random() < 0.97 else None,
        decision=f"route-{task_id[5:]}" if rng.random() < 0.95 else None,
        strategy=seeded_hash.pick(rng.random(), STRATEGIES),
        retry_of=failed.task_id if failed else None,
        early=succeeded and rng.random() < 0.01,
    )


def _tokens(rng: Random) -> tuple[int, ...]:
    """Return the five classes; the last two are often unused."""
    warm = rng.random() < 0.5
    return (
        rng.randrange(500, 20_000),
        rng.randrange(50, 4_000),
        rng.randrange(50_000) if warm else 0,
        rng.randrange(8_000) if warm else 0,
        rng.randrange(4_000) if rng.random() < 0.1 else 0,
    )


def weeks(first: date, as_of: date) -> Iterator[tuple[date, date]]:
    """Yield the weeks of the history, Monday and day after its last day; the first one is whole."""
    monday = first - timedelta(days=first.weekday())
    while monday < as_of:
        yield monday, min(monday + timedelta(days=7), as_of)
        monday += timedelta(days=7)
