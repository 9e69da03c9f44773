"""Whom the people sheet knows, and who leads which team, in an open snapshot; people who wait to be erased are in neither.

The sheet names a manager by the address. Whose token it is says the person's id only, so the ids of the managers are made
here with the key that made those of the people (`persons/person_ids.py`).
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from persons.keys import Key
from persons.person_ids import person_id
from serving.api.view import View

PEOPLE = "marts.dim_people"
_NEEDED = frozenset({"person_id", "manager_email", "team_name", "is_current"})
_QUERY = f"select distinct person_id, manager_email, team_name, is_current from {PEOPLE}"


@dataclass(frozen=True)
class Known:
    """What a snapshot says of people and teams."""

    ids: frozenset[str] = frozenset()
    """Of everybody in the sheet, and of everybody whom it names as a manager."""
    teams: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """The teams of those whose manager somebody is today, by the manager's id."""
    has_managers: bool = False

    def teams_of(self, one: str, otherwise: frozenset[str]) -> frozenset[str]:
        """Return whose teams somebody leads; where the sheet has no managers at all, those that were given otherwise."""
        return self.teams.get(one, frozenset()) if self.has_managers else otherwise


class People:
    """What the open snapshots say of people; each is read once."""

    def __init__(self, key: Key) -> None:
        self._key = key
        self._known: WeakKeyDictionary[View, Known] = WeakKeyDictionary()

    def of(self, view: View) -> Known:
        """Return what a snapshot says."""
        found = self._known.get(view)
        if found is None:
            found = self._known[view] = self._read(view)
        return found

    def _read(self, view: View) -> Known:
        if not view.has(PEOPLE) or not view.marts[PEOPLE].columns.keys() >= _NEEDED:
            return Known()
        cursor = view.cursor()
        try:
            rows = cursor.execute(_QUERY).fetchall()
        finally:
            cursor.close()
        managers = {address: person_id(self._key, address) for _, address, *_ in rows if address}
        teams: dict[str, set[str]] = defaultdict(set)
        for _, address, team, is_current in rows:
            if is_current and address and team:
                teams[managers[address]].add(team)
        return Known(
            frozenset({one for one, *_ in rows if one} | set(managers.values())),
            {one: frozenset(theirs) for one, theirs in teams.items()},
            any(is_current and address for _, address, _, is_current in rows),
        )
