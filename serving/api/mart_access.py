"""Which marts a token may read over the API, and whose rows of them (`row_rules.py` decides)."""

from fastapi import Request

from serving.api.access import Principal, refused
from serving.api.mart_filters import Condition
from serving.api.requests import note_organizations
from serving.api.row_rules import ORGANIZATION, RowRule, rule_of
from serving.api.view import Mart


def may_read(principal: Principal, mart: Mart) -> bool:
    """Say whether any row of the mart is for this token."""
    return rule_of(principal, mart) is not None


def permit_rows(request: Request, principal: Principal, mart: Mart, asked: list[str]) -> RowRule:
    """Check, note for the audit log whose rows are read, and return which may be.

    Raises:
        Problem: None (403).
    """
    if ORGANIZATION not in mart.columns:
        asked = []
    rule = rule_of(principal, mart, asked=asked)
    if rule is not None:
        note_organizations(request, principal, rule.organizations or ())
        return rule
    own = () if principal.sees_every_organization else sorted(principal.organizations)
    note_organizations(request, principal, sorted(asked) or own)
    raise refused()


def visible_to(principal: Principal, mart: Mart) -> Condition | None:
    """Return what lets through the rows of a readable mart that this token may see; None: all rows."""
    rule = rule_of(principal, mart)
    if rule is None:
        raise refused()
    return rule.condition()
