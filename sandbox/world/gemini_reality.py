"""What really happened with Gemini in Google Workspace on one day, activity by activity.

Most events are what the product did unasked (``inactive``, ``unknown``); only the four active
categories are use. A few activities have no person at all.
"""

from collections.abc import Iterator
from datetime import date
from random import Random
from typing import NamedTuple

from sandbox.world import seeded_hash
from sandbox.world.assistants import GeminiAccount, gemini_account
from sandbox.world.people import FOUNDED, Roster
from sandbox.world.scenario import Scenario

LOGGED_FROM = date(2025, 6, 20)
KEPT_DAYS = 180

CATEGORIES = (
    "active_conversations",
    "active_generate",
    "active_summarize",
    "active_unspecified",
    "inactive",
    "unknown",
)
ACTIVE = CATEGORIES[:4]
_ACTIONS = {
    "active_conversations": "conversation",
    "active_generate": "generate_text",
    "active_summarize": "summarize",
    "active_unspecified": "classic_use_case_other",
    "inactive": "summarize_proactive",
    "unknown": "proactive_suggestions_response",
}
_APPS = ("gmail", "docs", "sheets", "meet", "gemini_app", "drive", "chat", "slides")


class GeminiEvent(NamedTuple):
    """One event of an activity."""

    app: str
    category: str
    action: str
    source: str | None
    turned: bool


class Activity(NamedTuple):
    """One activity with its events; ``account`` None where the log names nobody."""

    account: GeminiAccount | None
    ms: int
    qualifier: int
    has_address: bool
    events: tuple[GeminiEvent, ...]


def activities(
    day: date, as_of: date, seed: int, roster: Roster, scenario: Scenario
) -> Iterator[Activity]:
    """Live through one day, account by account, in the order of the chairs."""
    ordinal = day.toordinal()
    if scenario.has("empty") or ordinal < FOUNDED or day < LOGGED_FROM:
        return
    late = scenario.late(day, as_of)
    chance = 0.75 if day.weekday() < 5 else 0.05
    for person in roster.present(ordinal):
        account = gemini_account(seed, person)
        if account is None:
            continue
        rng = seeded_hash.stream(seed, ordinal, person.serial, "gemini")
        if not account.is_used_on(ordinal):
            # The product keeps suggesting to those who do not use it.
            if account.use == "pauses" and rng.random() < 0.2:
                yield _activity(account, rng, seed, ordinal, person.serial, 0, active=0.0)
            continue
        if rng.random() >= chance:
            continue
        for number in range(1 + int(5 * rng.random() ** 2)):
            made = _activity(account, rng, seed, ordinal, person.serial, number, active=0.3)
            if not (late and made.qualifier % 8 == 0):
                yield made
    rng = seeded_hash.stream(seed, ordinal, "gemini of nobody")
    for number in range(int(3 * rng.random())):
        yield _activity(None, rng, seed, ordinal, -1, number, active=0.3)


def _activity(
    account: GeminiAccount | None,
    rng: Random,
    seed: int,
    ordinal: int,
    serial: int,
    number: int,
    *,
    active: float,
) -> Activity:
    events = []
    app = seeded_hash.pick(rng.random(), _APPS)
    for _ in range(1 + int(3 * rng.random() ** 3)):
        roll, kind = rng.random(), rng.random()
        if roll < active:
            category = seeded_hash.pick(kind, ACTIVE)
        else:
            category = "inactive" if kind < 0.7 else "unknown"
        source = "side_panel" if rng.random() < 0.4 else None
        events.append(
            GeminiEvent(app, category, _ACTIONS[category], source, turned=rng.random() < 0.3)
        )
        if rng.random() < 0.2:
            app = seeded_hash.pick(rng.random(), _APPS)
    # The night before and after noon are both busy: the day's very edges are events as well.
    ms = int(rng.random() * 86_400_000)
    if serial % 13 == 3 and number == 0:
        ms = 0 if ordinal % 2 else 86_399_999
    qualifier = seeded_hash.number(seed, ordinal, serial, number, "qualifier") - 2**63
    return Activity(account, ms, qualifier, rng.random() < 0.5, tuple(events))
