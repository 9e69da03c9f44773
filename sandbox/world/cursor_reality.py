"""What really happened in Cursor on one day: every request of every member, and what it cost.

Money is counted in millionths of a cent, so that every charge is exact and fits the nine decimals
of the warehouse. ``cursor_rows.py`` turns this into the vendor's rows; the truth reads it directly.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import NamedTuple

from sandbox.world import seeded_hash
from sandbox.world.keys import KeyRing
from sandbox.world.people import FOUNDED, Person, Roster
from sandbox.world.prices import Five, PriceKey, price_table
from sandbox.world.rollout import Rollout, may_use
from sandbox.world.scenario import Scenario, fate

USAGE_BASED, INCLUDED, OWN_KEY, ERRORED, UNHEARD_OF = range(5)
UNPAID = frozenset({INCLUDED, OWN_KEY, ERRORED})
"""Kinds whose stated price nobody pays."""

COMPOSER, CHAT, AGENT, CMDK, BUGBOT = range(5)
LAST_MS = 86_400_000 - 1
FLAT_CHARGE = 4_000_000  # four cents for a request that is not counted in tokens

_MODELS: tuple[tuple[str, str], ...] = (
    ("default", ""),
    ("claude-sonnet-5", "0-200k"),
    ("claude-opus-5", "0-200k"),
    ("gpt-5.5", ""),
    ("composer-2", ""),
    ("gpt-5.3-codex", ""),
    ("gemini-3.6-flash", ""),
    ("default", ""),
)
_EXTENSIONS = ("py", "ts", "go", "md", "Untitled-1", "sql", "tsx", None)
_OWN_MODELS = frozenset({"default", "composer-2"})


class Request(NamedTuple):
    """One request to Cursor; money in millionths of a cent, ``tokens`` None if not counted.

    ``charged`` is what the company owes for it. ``stated`` is the price that the vendor's event states: the charge, or
    for use that nobody pays what it would have cost.
    """

    ms: int
    person: Person | None
    service_account: str | None
    model: str
    kind: int
    mode: int
    tokens: tuple[int, int, int, int] | None
    total: int
    discount: int
    fee: int
    charged: int
    stated: int
    chargeable: bool
    lot: int


@dataclass(frozen=True, slots=True)
class CursorDay:
    """One member's day.

    Attributes:
        person: The member.
        requests: What they asked of Cursor.
        work: The editor's own counters of an active day, None on an idle one.
        apply_extension: Kind of file in which most changes were applied, if known.
        tab_extension: Kind of file in which most completions were taken, if known.
        version: The editor's version, if known.
        lot: Decides in which of its habits the vendor says "unknown".
    """

    person: Person
    requests: list[Request]
    work: tuple[int, ...] | None
    apply_extension: str | None
    tab_extension: str | None
    version: str | None
    lot: int


def cursor_day(
    day: date,
    as_of: date,
    seed: int,
    roster: Roster,
    scenario: Scenario,
    rollout: Rollout[int] | None = None,
) -> Iterator[CursorDay]:
    """Live through one day, member by member, in the order of the chairs; idle is whom a roll-out has not reached."""
    ordinal = day.toordinal()
    if ordinal < FOUNDED:
        return
    chance = 0.74 if day.weekday() < 5 else 0.08
    turn = (scenario.revised(day, as_of), scenario.late(day, as_of))
    prices = price_table(day)
    for person in roster.present(ordinal):
        if not (person.in_cursor or person.is_outsider):
            continue
        rng = seeded_hash.stream(seed, ordinal, person.serial, "cursor")
        active = rng.random() < (chance if person.in_cursor else 0.25)
        active = active and may_use(rollout, person.serial, day)
        if not active or scenario.has("empty"):
            yield CursorDay(person, [], None, None, None, None, int(rng.random() * 1000))
            continue
        requests = list(_requests(person, ordinal, rng, prices, turn))
        if scenario.has("odd_event_kinds"):
            requests = [_of_an_odd_kind(request) for request in requests]
        if scenario.has("credits"):
            requests = [_given_back(request) for request in requests]
        work, lot = _work(rng), int(rng.random() * 1000)
        yield CursorDay(
            person=person,
            requests=requests,
            work=work,
            apply_extension=_EXTENSIONS[lot % 8],
            tab_extension=_EXTENSIONS[lot // 8 % 8],
            version=f"2.{lot % 4}.{lot % 10}" if lot % 7 > 1 else None,
            lot=lot,
        )


def machine_requests(
    day: date, as_of: date, seed: int, ring: KeyRing, scenario: Scenario
) -> Iterator[Request]:
    """Yield the requests of cloud agents: under a service account, or under nobody at all."""
    ordinal = day.toordinal()
    if scenario.has("empty") or ordinal < FOUNDED or day.weekday() > 4:
        return
    rng = seeded_hash.stream(seed, ordinal, "cursor machines")
    turn = (scenario.revised(day, as_of), scenario.late(day, as_of))
    prices = price_table(day)
    for account in (ring.cursor_account, ring.cursor_account, ring.cursor_account, None):
        if rng.random() < 0.7:
            ms = int(rng.random() * LAST_MS)
            request = _request(None, ms, rng, prices, turn)
            if request:
                yield request._replace(service_account=account)
    if scenario.spiked(day, "cursor"):
        yield from _runaway(ring, prices)


def _runaway(ring: KeyRing, prices: dict[PriceKey, Five]) -> Iterator[Request]:
    """Yield the spike: a cloud agent that works itself in circles, some six dollars a person."""
    price = prices["claude-opus-5", "standard", "0-200k"]
    fresh, made, write, read = tokens = (20_000, 15_000, 60_000, 900_000)
    pico = fresh * price[0] + write * price[1] + read * price[3] + made * price[4]
    total, fee = pico // 10_000, sum(tokens) * 25
    for number in range(max(40, ring.roster.people) * 4):
        ms = 32_400_000 + number * 1000 % 30_000_000
        yield Request(
            ms=ms,
            person=None,
            service_account=ring.cursor_account,
            model="claude-opus-5",
            kind=USAGE_BASED,
            mode=AGENT,
            tokens=tokens,
            total=total,
            discount=0,
            fee=fee,
            charged=total + fee,
            stated=total + fee,
            chargeable=True,
            lot=8 * number + 2,
        )


def _requests(
    person: Person,
    ordinal: int,
    rng: Random,
    prices: dict[PriceKey, Five],
    turn: tuple[int, bool],
) -> Iterator[Request]:
    count = int(rng.random() ** 2 * 22 * (0.4 + person.energy)) if person.in_cursor else 1
    times = sorted(int((6 + 13 * rng.random()) * 3_600_000) for _ in range(count))
    if times and (person.serial + ordinal) % 13 == 0:
        times[0] = 0
    if times and (person.serial + ordinal) % 17 == 0:
        times[-1] = LAST_MS
    previous = -1
    for ms in times:
        if previous >= 0 and rng.random() < 0.03 and ms != LAST_MS:
            ms = previous
        previous = ms
        request = _request(person, ms, rng, prices, turn)
        if request:
            yield request
            if request.lot % 113 == 0:
                yield request  # two equal requests in one millisecond are two requests


def _request(
    person: Person | None,
    ms: int,
    rng: Random,
    prices: dict[PriceKey, Five],
    turn: tuple[int, bool],
) -> Request | None:
    roll, size, lot, luck = rng.random(), rng.random(), int(rng.random() * 1_000_000), rng.random()
    model, context = _MODELS[lot % len(_MODELS)]
    factor = fate(luck, *turn)
    if not factor:
        return None
    mode = (AGENT, AGENT, AGENT, CHAT, COMPOSER, CMDK, AGENT, CHAT, BUGBOT, AGENT)[lot // 8 % 10]
    kind = INCLUDED if roll < 0.55 else USAGE_BASED if roll < 0.93 else OWN_KEY
    if roll >= 0.985:
        kind = ERRORED
    if mode == BUGBOT and size < 0.5:
        return Request(ms, person, None, model, kind, mode, None, 0, 0, 0, 0, 0, False, lot)
    if lot // 80 % 25 == 0:
        charged = FLAT_CHARGE if kind == USAGE_BASED else 0
        return Request(
            ms, person, None, model, kind, mode, None, 0, 0, 0, charged, charged, True, lot
        )
    scale = size * size * factor
    fresh, made = int(9_000 * scale) + 20, int(5_000 * scale) + 5
    write, read = int(16_000 * scale), int(240_000 * scale)
    price = prices[model, "standard", context]
    if not price[1]:
        write = 0
    pico = fresh * price[0] + write * price[1] + read * price[3] + made * price[4]
    total = pico // 10_000
    own = model in _OWN_MODELS
    fee = (fresh + made + write + read) * 25 if kind == USAGE_BASED and not own else 0
    discount = 10 if kind == USAGE_BASED and lot // 2000 % 20 == 0 else 0
    charged = total * (100 - discount) // 100 + fee if kind == USAGE_BASED else 0
    stated = charged if kind == USAGE_BASED else _unpaid_price(kind, total)
    chargeable = kind == USAGE_BASED and lot // 40_000 % 20 != 0
    tokens = (fresh, made, write, read)
    return Request(
        ms,
        person,
        None,
        model,
        kind,
        mode,
        tokens,
        total,
        discount,
        fee,
        charged,
        stated,
        chargeable,
        lot,
    )


def _of_an_odd_kind(request: Request) -> Request:
    """Return every fifth use-based request under a kind that nobody knows: no money until somebody does."""
    if request.kind != USAGE_BASED or request.lot % 5:
        return request
    return request._replace(kind=UNHEARD_OF, charged=0)


def _given_back(request: Request) -> Request:
    """Return every seventh use-based request as one whose charge is given back: a negative charge."""
    if request.kind != USAGE_BASED or request.lot % 7:
        return request
    return request._replace(charged=-request.charged, stated=-request.stated)


def _unpaid_price(kind: int, total: int) -> int:
    """Return the price that an event states and nobody pays; a failed request states the most."""
    return {INCLUDED: total, ERRORED: total * 5 // 3}.get(kind, 0)


def _work(rng: Random) -> tuple[int, ...]:
    """Return lines added, deleted, accepted, accepted deleted, applies, accepts, rejects, tabs."""
    added = int(600 * rng.random() ** 2)
    applies = int(14 * rng.random())
    shown = int(120 * rng.random())
    return (
        added,
        int(added * 0.6 * rng.random()),
        int(added * 1.1 * rng.random()),
        int(added * 0.2 * rng.random()),
        applies,
        int(applies * 1.2 * rng.random()),
        int(4 * rng.random()),
        shown,
        int(shown * 0.5 * rng.random()),
    )
