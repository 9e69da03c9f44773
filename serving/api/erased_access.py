"""Tokens and sessions of people who asked to be erased open nothing any more, from the request on and for good.

While the request waits the person is hidden in the people sheet, so the gate lets the token in no more. Here it is revoked
as well, so that it stays so when the person should come back one day; an erasure does the same (`privacy/finishing.py`).
"""

import datetime as dt
import logging
from collections.abc import Iterable

from persons.keys import Key
from privacy.access import end_access, ids_of
from privacy.jobs import Job
from serving.api.sessions import Sessions
from serving.api.tokens import TokenStore, TokenStoreError

_log = logging.getLogger(__name__)


def end_access_of_waiting(
    tokens: TokenStore, sessions: Sessions, key: Key, waiting: Iterable[Job]
) -> None:
    """End what was made for anybody who waits, and what single sign-on has opened."""
    names = [text for job in waiting for text in job.identifiers]
    if not names:
        return
    ids = ids_of(key, names)
    try:
        sessions.end_those(lambda one: one.opened is not None and one.opened.person_id in ids)
        end_access(tokens, key, names, at=dt.datetime.now(dt.UTC))
    except (TokenStoreError, OSError) as error:
        # Whoever is hidden is not let in either way.
        _log.error("tokens of erased people could not be revoked: %s", type(error).__name__)
