"""What opens the service for a person ends when the person is erased."""

import datetime as dt
from collections.abc import Iterable

from persons.keys import Key
from persons.person_ids import person_id
from privacy.tokens import TokenStore


def end_access(
    tokens: TokenStore, key: Key, identifiers: Iterable[str], *, at: dt.datetime
) -> list[str]:
    """Revoke the tokens of whoever has one of these addresses or ids, and return the tokens' ids."""
    ids = ids_of(key, identifiers)
    return tokens.revoke_of(ids, at=at) if ids else []


def ids_of(key: Key, identifiers: Iterable[str]) -> frozenset[str]:
    """Return the ids that somebody may have who is called so."""
    names = frozenset(identifiers)
    return names | {person_id(key, name) for name in names if "@" in name}
