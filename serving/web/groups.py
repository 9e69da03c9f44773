"""What the groups of single sign-on may see: a file of lines, of which the first that names one of somebody's groups counts.

    claim: groups                      # where the provider says the groups; `groups` by default
    groups:
      - {group: ai-finance, role: viewer, organizations: ["*"]}
      - {group: engineering-leads, role: lead}
      - {group: everybody, role: person}

Whoever is in none of them is not let in.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from serving.api.access import LEAD, READERS, ROLES_OF_OWN_ROWS
from serving.api.sessions import Opened
from warehouse.settings import ConfigError

DEFAULT_CLAIM = "groups"
_KEYS = frozenset({"group", "role", "organizations", "teams"})


@dataclass(frozen=True)
class Groups:
    """The file, read."""

    claim: str
    lines: tuple[tuple[str, Opened], ...]

    def of(self, named: Collection[str], person_id: str | None) -> Opened | None:
        """Return what somebody of these groups may see; None: nothing."""
        for group, found in self.lines:
            if group in named and (found.role not in ROLES_OF_OWN_ROWS or person_id is not None):
                return Opened(found.role, found.organizations, person_id, found.teams)
        return None


def read_groups(path: Path) -> Groups:
    """Read the file.

    Raises:
        ConfigError: It cannot be read, or a line says something that nobody can mean.
    """
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ConfigError(f"OIDC_GROUPS: {path} cannot be read ({type(error).__name__}).") from None
    if not isinstance(content, dict) or not content.get("groups"):
        raise ConfigError(f"OIDC_GROUPS: {path} names no groups.")
    lines = [_line(path, number, one) for number, one in enumerate(content["groups"], 1)]
    return Groups(str(content.get("claim", DEFAULT_CLAIM)), tuple(lines))


def _line(path: Path, number: int, one: Any) -> tuple[str, Opened]:  # noqa: ANN401 - what YAML holds
    place = f"OIDC_GROUPS: {path}, line {number} of groups"
    if not isinstance(one, Mapping) or not one.keys() <= _KEYS or not one.get("group"):
        raise ConfigError(f"{place}: needs group and role, and may have organizations and teams.")
    role, organizations = one.get("role"), _texts(place, one, "organizations")
    teams = _texts(place, one, "teams")
    if role not in READERS:
        raise ConfigError(f"{place}: the role is one of {', '.join(READERS)}.")
    if role not in ROLES_OF_OWN_ROWS and not organizations:
        raise ConfigError(f"{place}: a {role} needs organizations; ['*'] is the whole company.")
    if teams and role != LEAD:
        raise ConfigError(f"{place}: teams are for a lead.")
    return str(one["group"]), Opened(role, organizations, teams=teams)


def _texts(place: str, one: Mapping[str, Any], name: str) -> tuple[str, ...]:
    found = one.get(name, [])
    if not isinstance(found, list) or not all(isinstance(text, str) and text for text in found):
        raise ConfigError(f"{place}: {name} is a list of texts.")
    return tuple(found)
