"""Who has claude.ai and Gemini, on which plan, under which e-mail, and who stopped using it.

Everything hangs on the chair and the date. Chairs 15 to 20 (Claude) and 18 to 23 (Gemini) of every
two dozen pause: five weeks of use, seven weeks without, each chair two weeks after its neighbour.
So on any day somebody has been away for less than two weeks, somebody for two to four and somebody
for longer.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from sandbox.world import seeded_hash
from sandbox.world.people import ALIAS_DOMAIN, DOMAIN, FOUNDED, Person

STANDARD, ENTERPRISE = "team standard", "enterprise"
UPGRADE_DAYS = 61
PAUSE_CYCLE, PAUSE_USE, PAUSE_STEP = 84, 36, 14
_PAUSES = range(15, 21)
_GEMINI_PAUSES = range(18, 24)

Use = Literal["regular", "idle", "pauses"]

_CLAUDE_CAST: dict[int, tuple[str, Use]] = {
    0: (ENTERPRISE, "regular"),
    1: (STANDARD, "regular"),
    2: (ENTERPRISE, "regular"),
    3: (STANDARD, "regular"),
    4: ("swaps", "regular"),
    5: (STANDARD, "idle"),
    6: (ENTERPRISE, "regular"),
    7: (STANDARD, "regular"),
    11: (ENTERPRISE, "regular"),
    12: (ENTERPRISE, "regular"),
    14: (ENTERPRISE, "regular"),
}
_GEMINI_CAST: dict[int, Use] = {
    0: "regular",
    1: "regular",
    3: "regular",
    4: "regular",
    6: "regular",
    8: "idle",
    9: "regular",
    11: "regular",
    12: "regular",
}


@dataclass(frozen=True, slots=True)
class ClaudeAccount:
    """A person's claude.ai account.

    Attributes:
        person: Whose it is.
        user_id: Its id in the Analytics API.
        uuid: Its id in the audit log, where no ``user_`` id exists.
        email: The e-mail as the Analytics API writes it.
        log_email: The e-mail as the audit log writes it.
        plan: The seat's plan, or ``swaps`` for the account that changes it every two months.
        use: Whether the seat is used, unused, or used for weeks and then not.
        deleted: Whether the account is gone: reports keep its id without an e-mail.
    """

    person: Person
    user_id: str
    uuid: str
    email: str
    log_email: str
    plan: str
    use: Use
    deleted: bool

    def plan_on(self, ordinal: int) -> str:
        """Return the plan on a day; on enterprise, use is charged on top of the seat."""
        if self.plan != "swaps":
            return self.plan
        return ENTERPRISE if (ordinal - FOUNDED) // UPGRADE_DAYS % 2 else STANDARD

    def is_used_on(self, ordinal: int) -> bool:
        """Tell whether the holder is in a spell of use."""
        if self.use == "pauses":
            return _in_use(ordinal, self.person.slot % 24 - _PAUSES.start, 0)
        return self.use == "regular"


@dataclass(frozen=True, slots=True)
class GeminiAccount:
    """A person's Google Workspace account with a Gemini seat."""

    person: Person
    email: str
    profile_id: str
    use: Use

    def is_used_on(self, ordinal: int) -> bool:
        """Tell whether the holder is in a spell of use."""
        if self.use == "pauses":
            return _in_use(ordinal, self.person.slot % 24 - _GEMINI_PAUSES.start, 7)
        return self.use == "regular"


def _in_use(ordinal: int, place: int, shift: int) -> bool:
    return (ordinal + shift + PAUSE_STEP * place) % PAUSE_CYCLE < PAUSE_USE


def _alias(person: Person) -> str:
    return f"{person.first_name[0]}{person.last_name}@{ALIAS_DOMAIN}".lower()


def _claude_role(slot: int) -> tuple[str, Use] | None:
    if slot < 15:
        return _CLAUDE_CAST.get(slot)
    place = slot % 24
    if place in _PAUSES:
        return STANDARD, "pauses"
    if place == 21:
        return STANDARD, "idle"
    if place in (4, 5, 6, 7):
        return ENTERPRISE, "regular"
    return (STANDARD, "regular") if place in (22, 23, 0, 1, 2, 3) else None


@lru_cache(maxsize=20_000)
def claude_account(seed: int, person: Person) -> ClaudeAccount | None:
    """Return a person's claude.ai account, if any."""
    role = _claude_role(person.slot)
    if role is None:
        return None
    plan, use = role
    spoken = person.email
    if person.slot == 1:
        spoken = f"{person.first_name}.{person.last_name}@{DOMAIN}"
    elif person.slot == 2:
        spoken = _alias(person)
    return ClaudeAccount(
        person=person,
        user_id=seeded_hash.identifier("user", seed, person.serial, "claude.ai"),
        uuid=seeded_hash.uuid(seed, person.serial, "claude.ai"),
        email=spoken,
        log_email=spoken.upper() if person.slot == 1 else spoken,
        plan=plan,
        use=use,
        deleted=person.slot == 14,
    )


def _gemini_use(slot: int) -> Use | None:
    if slot < 15:
        return _GEMINI_CAST.get(slot)
    place = slot % 24
    if place in _GEMINI_PAUSES:
        return "pauses"
    if place == 6:
        return "idle"
    return None if place in (1, 5, 11, 14) else "regular"


@lru_cache(maxsize=20_000)
def gemini_account(seed: int, person: Person) -> GeminiAccount | None:
    """Return a person's Google Workspace account with Gemini, if any."""
    use = _gemini_use(person.slot)
    if use is None:
        return None
    spoken = person.email
    if person.slot == 1:
        spoken = f"{person.first_name}.{person.last_name}@{DOMAIN}"
    elif person.slot == 3:
        spoken = _alias(person)
    profile = str(10**20 + seeded_hash.number(seed, person.serial, "google"))
    return GeminiAccount(person=person, email=spoken, profile_id=profile, use=use)
