"""Who works in the invented company, from when to when, and under which e-mails the vendors know them.

The company has as many chairs as ``people``. Most chairs keep their person; some change hands every
eleven weeks or so, so that every window of ninety days has a joiner and a leaver. The first chairs
are a cast: each plays one hard case (see ``CAST``). All dates are absolute; nothing depends on
today.
"""

from bisect import bisect_left
from dataclasses import dataclass
from datetime import date
from typing import Literal

from sandbox.world import seeded_hash
from sandbox.world.names import TELLING, full_name

FOUNDED = date(2024, 1, 1).toordinal()
DOMAIN = "harbourline.example"
ALIAS_DOMAIN = "harbourline-labs.example"
MOVE_DAYS = 70

Mode = Literal["key", "login", "oauth", "subscription", "none"]

CAST: dict[int, str] = {
    0: "owner of the organisation",
    1: "e-mail in mixed case",
    2: "known to Cursor by an alias",
    3: "known to Claude Code by an alias, signs in without a key",
    4: "moves between teams",
    5: "contractor: in Cursor, not in the people sheet",
    6: "chair that changes hands",
    7: "chair that changes hands",
    8: "Claude Code key in the default workspace",
    9: "only member of a workspace; signs in without a key",
    10: "key with a plain name, mapped to Claude Code by the sheet",
    11: "OAuth account",
    12: "subscription",
    13: "subscription and pay-as-you-go on the same day",
    14: "outsider: used both vendors, listed nowhere",
}
_CAST_MODES: dict[int, Mode] = {
    0: "key",
    1: "key",
    2: "subscription",
    3: "login",
    4: "key",
    5: "none",
    6: "key",
    7: "key",
    8: "key",
    9: "login",
    10: "key",
    11: "oauth",
    12: "subscription",
    13: "key",
    14: "login",
}
_MODES: tuple[Mode, ...] = (
    "key",
    "key",
    "login",
    "subscription",
    "none",
    "key",
    "oauth",
    "none",
    "subscription",
    "login",
)
TEAMS = (
    ("Engineering", "Platform", "CC-100"),
    ("Engineering", "Payments", "CC-110"),
    ("Engineering", "Mobile", "CC-120"),
    ("Data", "Analytics", "CC-200"),
    ("Data", "Machine Learning", "CC-210"),
    ("Product", "Design Systems", "CC-300"),
)


@dataclass(frozen=True, slots=True)
class Person:
    """One person's whole stay in the company; ``end`` is exclusive, days are ordinals."""

    slot: int
    serial: int
    first_name: str
    last_name: str
    email: str
    cursor_email: str
    report_email: str
    start: int
    end: int | None
    mode: Mode
    in_cursor: bool
    in_sheet: bool
    is_outsider: bool
    is_mover: bool
    cursor_id: str
    user_id: str
    key_id: str
    energy: float

    @property
    def name(self) -> str:
        """Return the name as people write it."""
        return f"{self.first_name} {self.last_name}"

    def is_present(self, ordinal: int) -> bool:
        """Tell whether the person works here on a day."""
        return self.start <= ordinal and (self.end is None or ordinal < self.end)

    def team_number(self, ordinal: int) -> int:
        """Return the index of the person's team on a day."""
        moves = (ordinal - FOUNDED) // MOVE_DAYS if self.is_mover else 0
        return (self.slot + moves) % len(TEAMS)


class Roster:
    """All people the company ever had, computed chair by chair."""

    def __init__(self, seed: int, people: int, *, telling_names: bool = False) -> None:
        """Seat the people who never leave; chairs that change hands are filled when asked for.

        Args:
            seed: Whose company it is.
            people: The number of chairs.
            telling_names: Have the first chairs taken by people with names that are words of the domain.
        """
        self.seed, self.people, self._telling_names = seed, people, telling_names
        self.stable: list[Person] = []
        self.turning: list[int] = []
        for slot in range(people):
            if slot in (6, 7) or (slot >= 15 and slot % 23 == 0):
                self.turning.append(slot)
            else:
                start = FOUNDED + (
                    seeded_hash.number(seed, slot, "joined") % 400 if slot % 11 == 10 else 0
                )
                self.stable.append(self._person(slot, 0, start, None))
        self._turned: dict[tuple[int, int], Person] = {}

    def holder(self, slot: int, ordinal: int) -> Person | None:
        """Return who sits on a chair that changes hands."""
        length = 76 + seeded_hash.number(self.seed, slot, "period") % 10
        generation = (ordinal - FOUNDED) // length
        if generation < 0:
            return None
        person = self._turned.get((slot, generation))
        if person is None:
            start = FOUNDED + generation * length
            person = self._person(slot, generation, start, start + length - 7)
            self._turned[slot, generation] = person
        return person if person.is_present(ordinal) else None

    def present(self, ordinal: int) -> list[Person]:
        """Return everyone who works here on a day, in the order of the chairs."""
        found = [person for person in self.stable if person.is_present(ordinal)]
        found += [p for p in (self.holder(slot, ordinal) for slot in self.turning) if p]
        found.sort(key=lambda person: person.slot)
        return found

    def everyone(self, ordinal: int) -> list[Person]:
        """Return everyone who has worked here before a day, leavers included."""
        found = [person for person in self.stable if person.start < ordinal]
        for slot in self.turning:
            length = 76 + seeded_hash.number(self.seed, slot, "period") % 10
            for start in range(FOUNDED, ordinal, length):
                holder = self.holder(slot, start)
                if holder:
                    found.append(holder)
        found.sort(key=lambda person: (person.slot, person.start))
        return found

    def lasting(self, wish: int) -> Person:
        """Return the stable person nearest to a wished chair (small companies have few chairs)."""
        place = bisect_left(self.stable, wish % self.people, key=lambda person: person.slot)
        return self.stable[place] if place < len(self.stable) else self.stable[0]

    def _person(self, slot: int, generation: int, start: int, end: int | None) -> Person:
        seed = self.seed
        serial = slot + generation * self.people
        shift = seeded_hash.number(seed, "names") % 40_000
        first, last = full_name(serial + shift)
        local, short = f"{first}.{last}", f"{first[0]}{last}"
        if self._telling_names and serial < len(TELLING):
            first, last, local = TELLING[serial]
            short = local
        email = f"{local}@{DOMAIN}".lower()
        alias = f"{short}@{ALIAS_DOMAIN}".lower()
        if slot == 14:
            email = alias = f"{local}@freelance.example".lower()
        spoken = f"{local}@{DOMAIN.capitalize()}" if slot == 1 else email
        mode = _CAST_MODES.get(slot, _MODES[slot % 10])
        if end is not None and mode == "oauth":
            mode = "key"  # a leaver's account id could not be resolved by anybody
        return Person(
            slot=slot,
            serial=serial,
            first_name=first,
            last_name=last,
            email=email,
            cursor_email=alias if slot == 2 else spoken,
            report_email=alias if slot == 3 else spoken,
            start=start,
            end=end,
            mode=mode,
            in_cursor=slot < 14 or (slot > 14 and slot % 7 != 6),
            in_sheet=slot not in (5, 14),
            is_outsider=slot == 14,
            is_mover=slot == 4 or slot % 31 == 30,
            cursor_id=seeded_hash.identifier("user", seed, serial, "cursor").replace("_01", "_"),
            user_id=seeded_hash.identifier("user", seed, serial, "anthropic"),
            key_id=seeded_hash.identifier("apikey", seed, serial, "personal"),
            energy=0.3 + 1.7 * seeded_hash.share(seed, serial, "energy") ** 2,
        )
