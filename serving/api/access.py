"""Who may see what: one rule for every route, and everything that no rule allows is denied.

A token, or a session, is bound to organisations and a role. A lead and a person see rows of their own only, so no permission
lets them in by itself: `row_rules.py` does, where the server can keep other rows out. `Permission` says what a question needs; `Principal.may` decides. Being
refused tells nothing about what exists: the decision is taken before any data is looked at.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from fastapi import Request
from fastapi.security.utils import get_authorization_scheme_param

from serving.api.problems import Problem
from serving.api.tokens import EVERY_ORGANIZATION, METRICS, ROLES, Token

LEAD, PERSON = "lead", "person"
ROLES_OF_OWN_ROWS = frozenset({LEAD, PERSON})
"""Roles that are bound to a person and see rows of their own only, wherever that is seen to."""
READERS = tuple(role for role in ROLES if role != METRICS)
"""Roles that read figures; the other one reads the service's instruments alone."""
ANY_ROLE = frozenset(READERS) - ROLES_OF_OWN_ROWS
"""All others that read figures."""
PERSONAL_ROLES = frozenset({"admin", "privacy_officer"})
"""Roles that may read columns about persons."""


@dataclass(frozen=True)
class Permission:
    """What a question needs: one of these roles, and a token of the organisation (None: of all)."""

    organization: str | None
    roles: frozenset[str] = ANY_ROLE


@dataclass(frozen=True)
class Principal:
    """Whoever presented a valid token, or has a session."""

    token_id: str
    role: str
    organizations: frozenset[str]
    person_id: str | None = None
    """Who it is; of a lead and a person."""
    teams: frozenset[str] = frozenset()
    """Of a lead: those whose rows may be seen in the snapshot that is served."""
    session: str | None = field(default=None, repr=False, compare=False)
    """The hash of the session's id, where it came by a cookie."""

    @cached_property
    def reach(self) -> tuple[object, ...]:
        """Return everything that decides what may be seen: two of equal reach are answered the same."""
        return (
            self.role,
            tuple(sorted(self.organizations)),
            self.person_id,
            tuple(sorted(self.teams)),
        )

    @property
    def sees_every_organization(self) -> bool:
        """Say whether the token is bound to the whole company."""
        return EVERY_ORGANIZATION in self.organizations

    def may(self, permission: Permission) -> bool:
        """Decide."""
        if self.role not in permission.roles:
            return False
        if self.sees_every_organization:
            return True
        return permission.organization is not None and permission.organization in self.organizations

    def check(self, permission: Permission) -> None:
        """Raise the one refusal there is, unless permitted."""
        if not self.may(permission):
            raise refused()


@lru_cache(maxsize=4_096)
def principal_of(token: Token) -> Principal:
    """Return whoever holds the token; a lead's teams are those of the token until a snapshot was asked."""
    return Principal(
        token.token_id,
        token.role,
        frozenset(token.organizations),
        token.person_id,
        frozenset(token.teams),
    )


def presented_token(authorization: str | None) -> str:
    """Return the token of an `Authorization: Bearer …` header.

    Raises:
        Problem: There is none (401).
    """
    scheme, presented = get_authorization_scheme_param(authorization)
    if scheme.lower() != "bearer" or not presented:
        raise nobody()
    return presented


def unauthenticated(detail: str) -> Problem:
    """Return the refusal of a request without a valid token."""
    return Problem(401, detail, headers={"WWW-Authenticate": 'Bearer realm="ai-usage"'})


def nobody() -> Problem:
    """Return the refusal of whoever did not say who they are."""
    return unauthenticated("Send a token: Authorization: Bearer …")


def refused() -> Problem:
    """Return the one refusal there is: it tells nothing of what exists."""
    return Problem(403, "This token is not made for what was asked.")


def require(*roles: str) -> Callable[[Request], Awaitable[Principal]]:
    """Return a dependency that lets these roles in (those of `ANY_ROLE` when none is named).

    Which organisation the request is about is the route's question: `principal.check(Permission(organization, …))`.
    """
    allowed = frozenset(roles) or ANY_ROLE

    # A coroutine: what is none, FastAPI sends to a thread and back.
    async def principal(request: Request) -> Principal:
        # The gate put it there; without the gate there is nobody, and nobody is let in.
        found = request.scope.get("state", {}).get("principal")
        if not isinstance(found, Principal):
            raise nobody()
        if found.role not in allowed:
            raise refused()
        return found

    return principal
