"""Which marts a token may read, and whose rows of them."""

from fastapi import Request

from serving.api.access import ANY_ROLE, PERSONAL_ROLES, Permission, Principal
from serving.api.mart_filters import Condition
from serving.api.personal import personal_columns
from serving.api.requests import permit
from serving.api.view import Mart

ORGANIZATION = "organization_id"
GENERAL = frozenset({"marts.dim_provider_pricing", "marts.mart_savings__rates"})
"""Marts that know no organisation and hold nothing of any: whoever has a token of one may read all of them.

Every other mart without the column is the whole company's, also one that adds organisations up, as
`quality.price_restatements` does: less its own part, an organisation would learn what the others did.
"""


def may_read(principal: Principal, mart: Mart) -> bool:
    """Say whether any row of the mart is for this token."""
    is_of_somebody = ORGANIZATION in mart.columns or _is_general(mart)
    wanted = principal.organizations if is_of_somebody else [None]
    return any(principal.may(Permission(name, _roles(mart))) for name in wanted)


def permit_rows(
    request: Request, principal: Principal, mart: Mart, asked: list[str]
) -> tuple[str, ...] | None:
    """Check, and return the organisations whose rows may be read; None: all rows."""
    roles = _roles(mart)
    if _is_general(mart) and may_read(principal, mart):
        return None
    if ORGANIZATION not in mart.columns or (principal.sees_every_organization and not asked):
        permit(request, principal, Permission(None, roles))
        return None
    wanted = tuple(sorted(set(asked) or principal.organizations))
    # A token of no organisation is refused like one of another.
    for name in wanted or ("",):
        permit(request, principal, Permission(name, roles))
    return wanted


def visible_to(principal: Principal, mart: Mart) -> Condition | None:
    """Return what lets through the rows of a readable mart that this token may see; None: all rows."""
    if principal.sees_every_organization or ORGANIZATION not in mart.columns:
        return None
    return of(tuple(sorted(principal.organizations)))


def of(organizations: tuple[str, ...]) -> Condition:
    """Return what lets through the rows of these organisations."""
    marks = ", ".join("?" for _ in organizations)
    return Condition(f'"{ORGANIZATION}" in ({marks})', organizations)


def _is_general(mart: Mart) -> bool:
    # Should it get the column one day, its rows are somebody's.
    return mart.published in GENERAL and ORGANIZATION not in mart.columns


def _roles(mart: Mart) -> frozenset[str]:
    return PERSONAL_ROLES if personal_columns(mart.own_columns) else ANY_ROLE
