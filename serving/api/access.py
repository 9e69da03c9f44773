"""Who may see what: one rule for every route, and everything that no rule allows is denied.

A token is bound to organisations and a role. `Permission` says what a question needs; `Principal.may` decides. Being
refused tells nothing about what exists: the decision is taken before any data is looked at.
"""

from collections.abc import Callable
from dataclasses import dataclass

from fastapi import Request
from fastapi.security.utils import get_authorization_scheme_param

from serving.api.problems import Problem
from serving.api.tokens import EVERY_ORGANIZATION, ROLES, Token

ANY_ROLE = frozenset(ROLES)
PERSONAL_ROLES = frozenset({"admin", "privacy_officer"})
"""Roles that may read columns about persons."""


@dataclass(frozen=True)
class Permission:
    """What a question needs: one of these roles, and a token of the organisation (None: of all)."""

    organization: str | None
    roles: frozenset[str] = ANY_ROLE


@dataclass(frozen=True)
class Principal:
    """Whoever presented a valid token."""

    token_id: str
    role: str
    organizations: frozenset[str]

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
            raise Problem(403, "This token is not made for what was asked.")


def principal_of(token: Token) -> Principal:
    """Return whoever holds the token."""
    return Principal(token.token_id, token.role, frozenset(token.organizations))


def presented_token(authorization: str | None) -> str:
    """Return the token of an `Authorization: Bearer …` header.

    Raises:
        Problem: There is none (401).
    """
    scheme, presented = get_authorization_scheme_param(authorization)
    if scheme.lower() != "bearer" or not presented:
        raise unauthenticated("Send a token: Authorization: Bearer …")
    return presented


def unauthenticated(detail: str) -> Problem:
    """Return the refusal of a request without a valid token."""
    return Problem(401, detail, headers={"WWW-Authenticate": 'Bearer realm="ai-usage"'})


def require(*roles: str) -> Callable[[Request], Principal]:
    """Return a dependency that lets these roles in (all roles when none is named).

    Which organisation the request is about is the route's question: `principal.check(Permission(organization, …))`.
    """
    allowed = frozenset(roles) or ANY_ROLE

    def principal(request: Request) -> Principal:
        # The gate put it there; without the gate there is nobody, and nobody is let in.
        found = request.scope.get("state", {}).get("principal")
        if not isinstance(found, Principal):
            raise unauthenticated("Send a token: Authorization: Bearer …")
        if found.role not in allowed:
            raise Problem(403, "This token is not made for what was asked.")
        return found

    return principal
