"""Which rows of which tables may be read: one answer for marts over the API and for everything that pages show.

What is read decides, not where: a table's columns say whether it is about organisations, teams or persons. No rule for a
role and a table means no. Nothing that a caller sends widens a rule; filters narrow it.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from fastapi import Request

from persons.columns import personal_columns
from serving.api.access import (
    ANY_ROLE,
    LEAD,
    PERSON,
    PERSONAL_ROLES,
    Permission,
    Principal,
    refused,
)
from serving.api.mart_filters import Condition
from serving.api.requests import note_organizations
from serving.api.view import Mart, View

ORGANIZATION, TEAM, PERSON_ID = "organization_id", "team_name", "person_id"
GENERAL = frozenset({"marts.dim_provider_pricing", "marts.mart_savings__rates"})
"""Marts that know no organisation and hold nothing of any: whoever has a token of one may read all of them.

Every other mart without the column is the whole company's, also one that adds organisations up, as
`quality.price_restatements` does: less its own part, an organisation would learn what the others did.
"""
CALENDARS = frozenset({"marts.dim_dates"})
"""What stands in any calendar: it adds nothing to rows that may be read beside it. Alone it has the rule of any other mart."""
Values = tuple[str, ...]
Reads = Mapping[str, Collection[str] | None]
"""Published tables, and the columns of each that are read; None: all."""


@dataclass(frozen=True)
class RowRule:
    """Rows in which every named column holds one of its values; where no column is named, all rows."""

    columns: tuple[tuple[str, Values], ...] = ()

    @property
    def organizations(self) -> Values | None:
        """Return whose rows may be read; None where that is not what decides."""
        return dict(self.columns).get(ORGANIZATION)

    def condition(self) -> Condition | None:
        """Return what lets the rows through; None: all of them."""
        if not self.columns:
            return None
        parts = [f'"{name}" in ({", ".join("?" for _ in held)})' for name, held in self.columns]
        return Condition(
            " and ".join(parts), tuple(value for _, held in self.columns for value in held)
        )

    def relation(self, mart: Mart) -> tuple[str, list[str]]:
        """Return SQL after `from` that holds the rows of a table, and what is bound to its marks."""
        condition = self.condition()
        if condition is None:
            return mart.relation, []
        return f"(select * from {mart.relation} where {condition.sql})", list(condition.values)


def rules(principal: Principal, view: View, reads: Reads) -> dict[str, RowRule] | None:
    """Return the rule of each table that is read together; None where one of them may not be read at all."""
    found = {}
    rows = [table for table in reads if table not in CALENDARS]
    for table, columns in reads.items():
        rule = None
        if view.has(table):
            is_beside = table in CALENDARS and bool(rows)
            rule = RowRule() if is_beside else rule_of(principal, view.marts[table], columns)
        if rule is None:
            return None
        found[table] = rule
    return found


def permitted(
    request: Request, principal: Principal, view: View, reads: Reads
) -> dict[str, RowRule]:
    """Return the same, and note for the audit log whose rows are read.

    Raises:
        Problem: One of the tables may not be read (403).
    """
    found = rules(principal, view, reads)
    if found is None:
        raise refused()
    for rule in found.values():
        note_organizations(request, principal, rule.organizations or ())
    return found


def names_persons(view: View, reads: Reads) -> bool:
    """Say whether something is read that is about persons: it is hidden while nobody knows whom to hide, and noted."""
    return any(
        personal_columns(_read(view.marts[table], columns)) for table, columns in reads.items()
    )


def rule_of(
    principal: Principal,
    mart: Mart,
    columns: Collection[str] | None = None,
    asked: Iterable[str] = (),
) -> RowRule | None:
    """Return which rows of a table may be read; None: not one.

    Args:
        principal: Who reads.
        mart: The table.
        columns: What is read of it; None: everything.
        asked: Organisations that are asked for; without any all of the principal's.
    """
    if principal.role == PERSON:
        own = (principal.person_id,) if principal.person_id is not None else ()
        return _own_rows(principal, mart, PERSON_ID, own, tuple(asked))
    if principal.role == LEAD:
        return _own_rows(principal, mart, TEAM, tuple(sorted(principal.teams)), tuple(asked))
    roles = PERSONAL_ROLES if personal_columns(_read(mart, columns)) else ANY_ROLE
    if is_general(mart):
        is_somebody = any(principal.may(Permission(one, roles)) for one in principal.organizations)
        return RowRule() if is_somebody else None
    if ORGANIZATION not in mart.columns or (principal.sees_every_organization and not asked):
        return RowRule() if principal.may(Permission(None, roles)) else None
    wanted = tuple(sorted(set(asked) or principal.organizations))
    # A token of no organisation is refused like one of another.
    if not wanted or not all(principal.may(Permission(one, roles)) for one in wanted):
        return None
    return RowRule(((ORGANIZATION, wanted),))


def is_general(mart: Mart) -> bool:
    """Say whether a mart holds nothing of anybody."""
    # Should it get the column one day, its rows are somebody's.
    return mart.published in GENERAL and ORGANIZATION not in mart.columns


def _own_rows(
    principal: Principal, mart: Mart, column: str, values: Values, asked: Values
) -> RowRule | None:
    """Return the rule of a role that is bound to rows: of its own values, in its own organisations."""
    if column not in mart.own_columns or not values:
        return None
    own = (column, values)
    if ORGANIZATION not in mart.columns:
        return None if asked else RowRule((own,))
    if principal.sees_every_organization:
        return (
            RowRule((own, (ORGANIZATION, tuple(sorted(set(asked)))))) if asked else RowRule((own,))
        )
    wanted = tuple(sorted(set(asked) or principal.organizations))
    if not wanted or not principal.organizations.issuperset(wanted):
        return None
    return RowRule((own, (ORGANIZATION, wanted)))


def _read(mart: Mart, columns: Collection[str] | None) -> Mapping[str, str]:
    """Return the columns that are read, with their types, by the names of now."""
    if columns is None:
        return mart.own_columns
    names = {mart.renamed.get(name, name) for name in columns}
    return {name: kind for name, kind in mart.own_columns.items() if name in names}
