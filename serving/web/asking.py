"""Cards asked of a snapshot on behalf of somebody: which they may see, of which rows, and what came back."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import duckdb

from dashboards.binding import Rule, Statement, bind, tables_of
from dashboards.breaks import Break, concerning, read_breaks
from dashboards.definition import Board, Card
from serving.api.access import LEAD, PERSON, Principal
from serving.api.row_rules import RowRule, names_persons, rules
from serving.api.view import View
from serving.web.choices import Chosen
from serving.web.kept import Kept
from serving.web.layout import Layout, layout
from serving.web.results import Result

MOST_OPTIONS = 500
_BREAKS: Kept[tuple[Break, ...]] = Kept(8)


class NotThereError(Exception):
    """A snapshot has not what a card reads."""


@dataclass(frozen=True)
class Desk:
    """Somebody's place at one snapshot."""

    view: View
    principal: Principal
    _rules: dict[str, Mapping[str, RowRule] | None] = field(default_factory=dict)

    def tables(self, card: Card) -> tuple[str, ...]:
        """Return the published tables that a card reads; none where one of them is not published."""
        found = tables_of(card.sql)
        return found if all(self.view.has(table) for table in found) else ()

    def rules(self, card: Card) -> Mapping[str, RowRule] | None:
        """Return whose rows may be seen of each table that a card reads; None: it is not for this reader."""
        key = card.sql
        if key not in self._rules:
            tables = self.tables(card)
            # Of all columns, not only those that stand in the SQL: rows of a person stay behind when they are counted.
            self._rules[key] = (
                rules(self.principal, self.view, dict.fromkeys(tables)) if tables else None
            )
        return self._rules[key]

    def may_see(self, card: Card) -> bool:
        """Say whether a card is for this reader."""
        return self.rules(card) is not None

    def layout(self, board: Board) -> Layout:
        """Return a board's cards where they stand for this reader; one that is not published yet keeps its place."""
        return layout(board, lambda card: not self.tables(card) or self.may_see(card))

    def breaks(self, card: Card, chosen: Chosen) -> list[Break]:
        """Return the days on which the level of a card's figures breaks: facts about sources, not about rows."""
        found = _BREAKS.find(self.view.edition)
        if found is None:
            found = tuple(read_breaks(self.view.cursor(), self.view.marts))
            _BREAKS.keep(self.view.edition, found)
        return concerning(card, found, chosen.words.get("platform", ()))

    @property
    def is_of_own_teams(self) -> bool:
        """Say whether only rows of some teams are for this reader: figures of the whole company are not."""
        return self.principal.role == LEAD

    def names_persons(self, card: Card) -> bool:
        """Say whether a card reads what names persons."""
        return names_persons(self.view, dict.fromkeys(self.tables(card)))

    def may_open(self, board: Board) -> bool:
        """Say whether any card of a board besides its sentence is for this reader."""
        if board.is_of_one_person != (self.principal.role == PERSON):
            return False
        return any(self.may_see(board.cards[place.card]) for place in board.places)

    def statement(self, card: Card, chosen: Chosen) -> Statement:
        """Return what is asked for a card; it alone decides which rows come back."""
        return bind(card, chosen.choices(card), self._rule(card))

    def ask(self, cursor: duckdb.DuckDBPyConnection, card: Card, chosen: Chosen) -> Result:
        """Return a card's rows; only for who may see it.

        Raises:
            NotThereError: The snapshot is older than the card, and has not all of its columns.
        """
        statement = self.statement(card, chosen)
        try:
            found = cursor.execute(statement.sql, dict(statement.values))
        except (duckdb.BinderException, duckdb.CatalogException) as error:
            raise NotThereError(card.name) from error
        names = [name for name, *_ in found.description or ()]
        return Result(card, [dict(zip(names, row, strict=True)) for row in found.fetchall()])

    def options(self, cursor: duckdb.DuckDBPyConnection, board: Board, name: str) -> list[str]:
        """Return the words of a filter that stand in rows this reader may see."""
        parts: dict[tuple[str, str], Card] = {}
        for card in board.cards.values():
            if name in card.filters and self.may_see(card):
                table, _, column = card.column_of(name).rpartition(".")
                table = table or self.tables(card)[0]
                # An older snapshot may not have it; its card says so.
                if column in self.view.marts[table].columns:
                    parts.setdefault((table, column), card)
        words: set[str] = set()
        for (table, column), card in parts.items():
            condition = self._rule(card)(table)
            where, bound = (f"where {condition[0]}", condition[1]) if condition else ("", ())
            found = cursor.execute(
                f'select distinct cast("{column}" as varchar) from {table} {where} order by 1 limit {MOST_OPTIONS}',
                list(bound),
            )
            words |= {word for (word,) in found.fetchall() if word is not None}
        return sorted(words, key=str.casefold)

    def _rule(self, card: Card) -> Rule:
        found = self.rules(card)

        def rule(table: str) -> tuple[str, tuple[str, ...]] | None:
            if found is None:
                raise PermissionError(card.name)
            condition = found[table].condition()
            return None if condition is None else (condition.sql, condition.values)

        return rule
