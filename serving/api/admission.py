"""Who asks: a token in the header, or a session in a cookie; a token that was presented decides alone.

Each request looks anew whether the token, or the one behind the session, still opens anything, so that what was revoked ends
with the next request. Whoever is bound to a person is let in only while the people sheet of the served snapshot knows
that person: somebody who asked to be erased is hidden there at once, and gone later.
"""

import datetime as dt
from dataclasses import dataclass, replace

from starlette.types import Scope

from persons.keys import Key
from serving.api import cookies
from serving.api.access import (
    LEAD,
    ROLES_OF_OWN_ROWS,
    Principal,
    nobody,
    presented_token,
    principal_of,
    unauthenticated,
)
from serving.api.accounting import UNKNOWN
from serving.api.people import People
from serving.api.problems import Problem
from serving.api.sessions import OF_A_LINK, OF_SINGLE_SIGN_ON, Opened, Session, Sessions, digest_of
from serving.api.snapshots import Follower
from serving.api.tokens import TokenStore

SANDBOX = "sandbox"
_ENDED = "This token is unknown, expired or revoked."
_SIGN_IN_AGAIN = "This session has ended: sign in again."


@dataclass(frozen=True)
class Admission:
    """Decides who asks; one per application."""

    tokens: TokenStore
    sessions: Sessions
    follower: Follower
    key: Key
    people: People
    public_url: str | None = None
    has_single_sign_on: bool = False

    def who(self, scope: Scope, authorization: str | None) -> Principal:
        """Return who asks; note in the request's state which token it was, for the audit log.

        Raises:
            TokenStoreError: The store cannot be read.
            Problem: Nobody who may come in (401), or nobody can tell now (503).
        """
        state = scope.setdefault("state", {})
        if authorization is not None:
            return self.holder(presented_token(authorization), state)
        presented = cookies.read(scope, self.public_url, cookies.SESSION)
        if presented is None:
            raise nobody()
        return self._of_session(presented, state)

    def holder(self, presented: str, state: dict[str, object]) -> Principal:
        """Return whose token was presented."""
        token = self.tokens.find(presented)
        state["token_id"] = token.token_id if token else UNKNOWN
        if token is None or not token.is_valid(dt.datetime.now(dt.UTC)):
            raise unauthenticated(_ENDED)
        return self._bound(principal_of(token))

    def is_still_welcome(self, principal: Principal) -> bool:
        """Say whether somebody who was let in would be let in again; no when nobody can tell."""
        if principal.session is None:
            is_there = self.tokens.is_still_valid(principal.token_id)
        else:
            now = dt.datetime.now(dt.UTC)
            session = self.sessions.find(principal.session, at=now, is_use=False)
            is_there = session is not None and self._goes_on(session)
        try:
            return is_there and (
                principal.role not in ROLES_OF_OWN_ROWS or self._is_known(principal)
            )
        except Problem:
            return False

    def _of_session(self, presented: str, state: dict[str, object]) -> Principal:
        now, digest = dt.datetime.now(dt.UTC), digest_of(presented)
        session = self.sessions.find(digest, at=now)
        state["token_id"] = session.token_id if session else UNKNOWN
        if session is None:
            raise unauthenticated(_SIGN_IN_AGAIN)
        if not self._goes_on(session):
            self.sessions.end(digest)
            raise unauthenticated(_SIGN_IN_AGAIN)
        if session.opened is not None:
            found = _principal(session.token_id, session.opened)
        else:
            found = principal_of(self.tokens.tokens()[session.token_id])
        state["session_secret"] = presented
        return replace(self._bound(found), session=digest)

    def _goes_on(self, session: Session) -> bool:
        """Say whether what a session was opened with still opens anything."""
        if session.opened is None:
            return self.tokens.is_still_valid(session.token_id)
        if session.token_id.startswith(OF_SINGLE_SIGN_ON):
            return self.has_single_sign_on
        # The link that a sandbox prints opens the sandbox only.
        view = self.follower.current
        is_sandbox = view is None or view.data_origin == SANDBOX
        return is_sandbox and session.token_id.startswith(OF_A_LINK)

    def _bound(self, principal: Principal) -> Principal:
        """Return somebody with what the served snapshot says of them."""
        if principal.role not in ROLES_OF_OWN_ROWS:
            return principal
        if not self._is_known(principal):
            raise unauthenticated(_ENDED)
        view = self.follower.current
        assert view is not None and principal.person_id is not None  # noqa: S101, PT018 - else nobody is known
        if principal.role != LEAD:
            return principal
        return replace(
            principal,
            teams=self.people.of(view).teams_of(principal.person_id, principal.teams),
        )

    def _is_known(self, principal: Principal) -> bool:
        view = self.follower.current
        if view is None or self.follower.exposes is not None:
            raise Problem(
                503,
                "Nobody can tell now whose token this is: nothing is published, or erasures cannot be read.",
                headers={"Retry-After": "10"},
            )
        return principal.person_id is not None and principal.person_id in self.people.of(view).ids


def _principal(token_id: str, opened: Opened) -> Principal:
    return Principal(
        token_id,
        opened.role,
        frozenset(opened.organizations),
        opened.person_id,
        frozenset(opened.teams),
    )
