"""What really happened with Claude on one day: every piece of usage, with the person who did it.

Both the vendor's reports and the truth are made from this, on separate ways: ``anthropic_rows.py``
forgets what the vendor does not tell; ``sandbox/truth.py`` remembers.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import NamedTuple

from sandbox.world import seeded_hash
from sandbox.world.claude_extras import Extra, extras
from sandbox.world.keys import KeyRing, ProductKey
from sandbox.world.people import FOUNDED, Person, Roster
from sandbox.world.rollout import Rollout, may_use
from sandbox.world.scenario import Scenario, fate

Tokens = tuple[int, int, int, int, int]
"""Uncached input, 5-minute write, 1-hour write, cache read, output."""

MODELS = ("claude-opus-5", "claude-sonnet-5", "claude-haiku-4-5", "claude-fable-5")
LOGIN_MODELS = ("claude-opus-5", "claude-sonnet-5")
TERMINALS = ("vscode", "iTerm.app", "tmux", "Apple_Terminal", "cursor", "pycharm", "")
FAST_MODEL = "claude-opus-5"
SMALL_COMPANY = 200


class Use(NamedTuple):
    """One piece of usage as it happened."""

    platform: str
    person: Person | None
    key_id: str | None
    account_id: str | None
    service_account_id: str | None
    workspace_id: str | None
    model: str
    tier: str
    context: str
    geo: str
    tokens: Tokens
    searches: int
    billed: bool
    speed: str = "standard"


class Session(NamedTuple):
    """The day's Claude Code work of one actor in one terminal, paid in one way."""

    person: Person | None
    key_name: str | None
    customer: str
    subscription: str | None
    terminal: str
    remote: bool
    sessions: int
    added: int
    removed: int
    commits: int
    pulls: int
    tools: tuple[tuple[int, int] | None, ...]
    uses: tuple[Use, ...]
    reported: bool


@dataclass(frozen=True, slots=True)
class ClaudeDay:
    """All that happened with Claude on one day."""

    ordinal: int
    sessions: list[Session] = field(default_factory=list)
    product: list[Use] = field(default_factory=list)
    extras: list[Extra] = field(default_factory=list)

    def uses(self) -> Iterator[Use]:
        """Yield all usage that runs through the API, in a fixed order."""
        for session in self.sessions:
            if session.customer == "api":
                yield from session.uses
        yield from self.product


def claude_day(
    day: date,
    as_of: date,
    seed: int,
    roster: Roster,
    ring: KeyRing,
    scenario: Scenario,
    rollout: Rollout[int] | None = None,
) -> ClaudeDay:
    """Live through one day; Claude Code is used only by whom a roll-out has reached."""
    ordinal = day.toordinal()
    happened = ClaudeDay(ordinal)
    if scenario.has("empty") or ordinal < FOUNDED:
        return happened
    weekday = day.weekday()
    if weekday == 6 and roster.people <= SMALL_COMPANY:
        return happened
    busy = (1.0 if weekday < 5 else 0.12) * (0.85 + 0.3 * seeded_hash.share(seed, ordinal, "busy"))
    turn = (scenario.revised(day, as_of), scenario.late(day, as_of))
    bases = _login_bases(seed, ordinal)
    login_reported = seeded_hash.share(seed, ordinal, "login report") >= 0.06
    for person in roster.present(ordinal):
        if person.mode == "none" or not may_use(rollout, person.serial, day):
            continue
        rng = seeded_hash.stream(seed, ordinal, person.serial, "claude")
        if rng.random() >= busy * 0.8:
            continue
        if person.mode == "login":
            happened.sessions.extend(_login_work(person, rng, bases, ring, turn, login_reported))
        else:
            happened.sessions.extend(_key_work(person, rng, ring, turn))
    agent = seeded_hash.stream(seed, ordinal, "agent")
    if weekday < 5 and agent.random() < 0.8:
        happened.sessions.append(_agent_work(agent, ring))
    for key in ring.product_keys:
        if weekday < 5 or key.weekends:
            happened.product.extend(_product_work(key, seed, ordinal, ring, turn))
    if weekday < 5:
        happened.product.extend(_keyless_work(seed, ordinal, roster, ring))
        happened.extras.extend(extras(seed, ordinal, ring, credited=scenario.has("credits")))
    if scenario.spiked(day, "claude_api"):
        happened.product.append(_runaway(ring, roster.people))
    return happened


def _runaway(ring: KeyRing, people: int) -> Use:
    """Return the spike: a loop that asks the same thing all day, some 160 dollars at least."""
    key = ring.product_keys[0]
    size = max(40, people)
    return Use(
        platform="claude_api",
        person=key.owner,
        key_id=key.key_id,
        account_id=None,
        service_account_id=key.service_account,
        workspace_id=key.workspace,
        model="claude-opus-5",
        tier="standard",
        context="0-200k",
        geo="global",
        tokens=(300_000 * size, 0, 0, 1_000_000 * size, 80_000 * size),
        searches=0,
        billed=True,
    )


def _tokens(rng: Random, scale: float) -> Tokens:
    size = scale * (0.2 + 1.8 * rng.random())
    return (
        int(size * 4_000 * (0.3 + rng.random())) + 1,
        int(size * 30_000 * rng.random()),
        int(size * 12_000 * rng.random()) if rng.random() < 0.3 else 0,
        int(size * 600_000 * rng.random()),
        int(size * 9_000 * (0.2 + rng.random())) + 1,
    )


def _scaled(tokens: Tokens, factor: float) -> Tokens:
    if factor == 1.0:
        return tokens
    a, b, c, d, e = tokens
    return (int(a * factor), int(b * factor), int(c * factor), int(d * factor), int(e * factor))


def _session(
    person: Person | None,
    key_name: str | None,
    rng: Random,
    uses: tuple[Use, ...],
    customer: str,
    reported: bool,
) -> Session:
    added = int(400 * rng.random() ** 2)
    tools = tuple(
        (int(rng.random() * 20), int(rng.random() * 4)) if rng.random() < chance else None
        for chance in (1.0, 0.3, 0.8, 0.1)
    )
    return Session(
        person=person,
        key_name=key_name,
        customer=customer,
        subscription=None
        if customer == "api"
        else seeded_hash.pick(rng.random(), ("team", "enterprise")),
        terminal=seeded_hash.pick(rng.random(), TERMINALS),
        remote=rng.random() < 0.15,
        sessions=1 + int(rng.random() * 4),
        added=added,
        removed=int(added * rng.random()),
        commits=int(rng.random() * 4),
        pulls=int(rng.random() * 1.6),
        tools=tools,
        uses=uses,
        reported=reported,
    )


def _key_work(
    person: Person, rng: Random, ring: KeyRing, turn: tuple[int, bool]
) -> Iterator[Session]:
    """Work under a key, an OAuth account or a subscription: several terminals and models."""
    reported = rng.random() >= (0.1 if person.mode == "subscription" else 0.04)
    subscribed = person.mode == "subscription"
    for number in range(1 + int(rng.random() * 2.2)):
        customer = "subscription" if subscribed or (person.slot == 13 and number) else "api"
        uses = []
        for _ in range(1 + int(rng.random() * 2.4)):
            model = seeded_hash.pick(rng.random() ** 1.5, MODELS)
            tokens = _tokens(rng, person.energy)
            context = "200k-1M" if model != "claude-haiku-4-5" and rng.random() < 0.06 else "0-200k"
            factor = fate(rng.random(), *turn)
            if not factor:
                continue
            uses.append(
                Use(
                    platform="claude_code",
                    person=person,
                    key_id=person.key_id if person.mode == "key" else None,
                    account_id=person.user_id if person.mode == "oauth" else None,
                    service_account_id=None,
                    workspace_id=ring.personal_key_workspace(person),
                    model=model,
                    tier="standard",
                    context=context,
                    geo="global" if model != "claude-haiku-4-5" else "not_available",
                    tokens=_scaled(tokens, factor),
                    searches=0,
                    billed=True,
                    speed=_speed(person, model, customer, ring.scenario),
                )
            )
        session = _session(person, None, rng, tuple(uses), customer, reported)
        if uses:
            yield session


def _speed(person: Person, model: str, customer: str, scenario: Scenario) -> str:
    """Return whether a person's model runs in fast mode: half of those with a key of their own like it."""
    likes = scenario.has("fast_mode") and person.serial % 2 == 0
    return "fast" if likes and (model, customer) == (FAST_MODEL, "api") else "standard"


def _login_bases(seed: int, ordinal: int) -> dict[str, Tokens]:
    """Return the day's usual bite per model: sign-in users use whole multiples of it.

    Their usage has no key and no account in the vendor's reports, so that only shares of the
    reported tokens can split it. With multiples of one bite these shares are exact.
    """
    rng = seeded_hash.stream(seed, ordinal, "login")
    return {model: _tokens(rng, 0.15) for model in LOGIN_MODELS}


def _login_work(
    person: Person,
    rng: Random,
    bases: dict[str, Tokens],
    ring: KeyRing,
    turn: tuple[int, bool],
    reported: bool,
) -> Iterator[Session]:
    """Work after signing in without a key: null actor in the usage report."""
    for _ in range(1 + int(rng.random() * 1.8)):
        uses = []
        for model, base in bases.items():
            bites, wanted, lot = (
                1 + int(rng.random() * 9 * person.energy),
                rng.random(),
                rng.random(),
            )
            factor = fate(lot, *turn)
            if wanted < 0.3 or not factor:
                continue
            bites = max(1, int(bites * factor))
            a, b, c, d, e = base
            uses.append(
                Use(
                    platform="claude_code",
                    person=person,
                    key_id=None,
                    account_id=None,
                    service_account_id=None,
                    workspace_id=ring.workspaces.claude_code,
                    model=model,
                    tier="standard",
                    context="0-200k",
                    geo="global",
                    tokens=(a * bites, b * bites, c * bites, d * bites, e * bites),
                    searches=0,
                    billed=True,
                )
            )
        session = _session(person, None, rng, tuple(uses), "api", reported)
        if uses:
            yield session


def _agent_work(rng: Random, ring: KeyRing) -> Session:
    """Let Claude Code run in CI: the report names the key, and the name is not unique."""
    key = ring.agent_key
    use = Use(
        platform="claude_code",
        person=None,
        key_id=key.key_id,
        account_id=None,
        service_account_id=None,
        workspace_id=key.workspace,
        model="claude-sonnet-5",
        tier="standard",
        context="0-200k",
        geo="global",
        tokens=_tokens(rng, 1.5),
        searches=0,
        billed=True,
    )
    return _session(None, key.name, rng, (use,), "api", True)


def _product_work(
    key: ProductKey, seed: int, ordinal: int, ring: KeyRing, turn: tuple[int, bool]
) -> Iterator[Use]:
    workspace = key.workspace
    if key.case == "spike":
        workspace, _, _, archived = ring.spike(ordinal)
        if ordinal >= archived.toordinal():
            return
    rng = seeded_hash.stream(seed, ordinal, key.key_id)
    for habit in key.habits:
        luck, lot, tokens = rng.random(), rng.random(), _tokens(rng, habit.scale)
        searches = int(habit.searches * rng.random())
        factor = fate(lot, *turn)
        if luck >= habit.chance or not factor:
            continue
        yield Use(
            platform="claude_api",
            person=key.owner_on(ordinal),
            key_id=key.key_id,
            account_id=None,
            service_account_id=key.service_account,
            workspace_id=workspace,
            model=habit.model,
            tier=habit.tier,
            context=habit.context,
            geo=habit.geo if habit.model != "claude-haiku-4-5" else "not_available",
            tokens=_scaled(tokens, factor),
            searches=searches,
            billed=habit.billed,
        )


def _keyless_work(seed: int, ordinal: int, roster: Roster, ring: KeyRing) -> Iterator[Use]:
    """Workbench use, an OAuth account outside Claude Code, a service account without a key."""
    rng = seeded_hash.stream(seed, ordinal, "keyless")
    solo, tinkerer = ring.sole_member, roster.lasting(11)
    for person, account, service, workspace, chance, searches in (
        (roster.lasting(2), None, None, None, 0.6, 0),
        (solo, None, None, ring.workspaces.atlas, 0.3, 2),
        (tinkerer, tinkerer.user_id, None, None, 0.5, 3),
        (None, None, ring.federated_account, ring.workspaces.beacon, 0.7, 0),
    ):
        luck, tokens = rng.random(), _tokens(rng, 0.5)
        if luck < chance:
            yield Use(
                platform="claude_api",
                person=person,
                key_id=None,
                account_id=account,
                service_account_id=service,
                workspace_id=workspace,
                model="claude-sonnet-5",
                tier="standard",
                context="0-200k",
                geo="global",
                tokens=tokens,
                searches=searches,
                billed=True,
            )
