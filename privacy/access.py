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
    names = set(identifiers)
    ids = names | {person_id(key, name) for name in names if "@" in name}
    return tokens.revoke_of(ids, at=at) if ids else []
