"""Plan and apply: one walk over what should be there, which either only says what it would write, or writes it.

Each step finds what is there by a key that it has itself (`keys.py`), so a run that was killed anywhere is completed by the
next one. What was written is read back: the server stores a misspelt setting without a word.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from dashboards.metabase import mail
from dashboards.metabase.client import Client, MetabaseError
from dashboards.metabase.compare import board_differences, card_differences, differences
from dashboards.metabase.database import comparable
from dashboards.metabase.keys import marker
from dashboards.metabase.payloads import board_body, card_body, new_board_body
from dashboards.metabase.server import (
    COLLECTION_KEY,
    find_cards,
    find_collection,
    find_database,
    own_items,
    places_of,
    read_fields,
    tabs_of,
    writes_stages,
)
from dashboards.metabase.wanted import WantedBoard, WantedCard, Warehouse

Body = dict[str, Any]
_SYNC_SECONDS = 600


@dataclass(frozen=True)
class Desired:
    """Everything that should be there."""

    database: Body
    collection: str
    boards: tuple[WantedBoard, ...]
    warehouse: Warehouse
    mails: Mapping[str, mail.Mailing] = field(default_factory=dict)
    """By the boards' keys."""

    @property
    def cards(self) -> list[WantedCard]:
        """Return the cards of all boards."""
        return [card for board in self.boards for card in board.cards]


@dataclass(frozen=True)
class Change:
    """Something that is, or would be, written."""

    action: Literal["create", "change", "archive"]
    what: str
    why: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Return the change as lines for people."""
        return "\n".join([f"{self.action} {self.what}", *(f"    {line}" for line in self.why)])


@dataclass
class Walk:
    """One walk; without `write` nothing is sent but questions."""

    client: Client
    desired: Desired
    write: bool
    wait: Callable[[float], None] = time.sleep
    changes: list[Change] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def run(self) -> list[Change]:
        """Go through everything, in the order in which one thing needs another."""
        stages = writes_stages(self.client)
        database = self._database()
        fields = self._fields(database)
        collection = self._collection()
        cards = self._cards(database, fields, collection, stages=stages)
        self._boards(collection, cards)
        return self.changes

    def _database(self) -> int | None:
        wanted = self.desired.database
        what = f"connection {wanted['name']!r}"
        actual = find_database(self.client, wanted["name"])
        if actual is None:
            self.changes.append(Change("create", what))
            return int(self.client.post("/api/database", wanted)["id"]) if self.write else None
        if actual["engine"] != wanted["engine"]:
            raise MetabaseError(
                f"The {what} is one to {actual['engine']}, not to {wanted['engine']}: METABASE_DATABASE names another one."
            )

        def different(there: Body) -> list[str]:
            compared = {name: value for name, value in wanted.items() if name not in _ONLY_SENT}
            compared["details"] = comparable(wanted["details"])
            return list(differences(compared, there))

        number = int(actual["id"])
        if found := different(actual):
            self.changes.append(Change("change", what, tuple(found)))
            if self.write:
                self.client.put(f"/api/database/{number}", wanted)
                self._check(what, different(self.client.get(f"/api/database/{number}")))
        return number

    def _fields(self, database: int | None) -> dict[tuple[str, str], int]:
        """Return the numbers of the columns that filters look at; the server learns those it does not know."""
        needed = {(tag.table, tag.column) for card in self.desired.cards for tag in card.tags}
        if database is None:
            return {}
        tables = {table for table, _ in needed}

        def read() -> dict[tuple[str, str], int]:
            return read_fields(self.client, database, self.desired.warehouse, tables)

        found = read()
        if needed <= found.keys():
            return found
        missing = ", ".join(f"{table}.{column}" for table, column in sorted(needed - found.keys()))
        self.changes.append(
            Change("change", "what Metabase knows of the tables", (f"it does not know {missing}",))
        )
        if not self.write:
            return found
        self.client.post(f"/api/database/{database}/sync_schema", {})
        waited = 0.0
        while not needed <= (found := read()).keys():
            if waited >= _SYNC_SECONDS:
                raise MetabaseError(
                    f"Metabase does not find {missing}. Admin, Databases says what went wrong when it looked."
                )
            self.wait(step := min(5.0, 0.5 + waited / 4))
            waited += step
        return found

    def _collection(self) -> int | None:
        name = self.desired.collection
        wanted = {
            "name": name,
            "description": f"Boards that are kept as code: what is changed here by hand is undone by the next run.\n\n{marker(COLLECTION_KEY)}",
        }
        actual = find_collection(self.client, name)
        if actual is None:
            self.changes.append(Change("create", f"collection {name!r}"))
            return int(self.client.post("/api/collection", wanted)["id"]) if self.write else None
        number = int(actual["id"])
        if found := list(differences(wanted, actual)):
            self.changes.append(Change("change", f"collection {name!r}", tuple(found)))
            if self.write:
                self.client.put(f"/api/collection/{number}", wanted)
        return number

    def _cards(
        self,
        database: int | None,
        fields: Mapping[tuple[str, str], int],
        collection: int | None,
        *,
        stages: bool,
    ) -> dict[str, int]:
        actual = find_cards(self.client, [card.key for card in self.desired.cards])
        numbers = {}
        for card in self.desired.cards:
            there = actual.get(card.key)
            if there is not None:
                numbers[card.key] = int(there["id"])
            complete = all((tag.table, tag.column) in fields for tag in card.tags)
            if database is None or collection is None or not complete:
                # Only a plan comes here: what the card needs is not there yet.
                self.changes.append(
                    Change("create" if there is None else "change", f"card {card.key}")
                )
                continue
            body = card_body(
                card, database=database, fields=fields, collection=collection, stages=stages
            )
            numbers |= self._card(card, body, there)
        return numbers

    def _card(self, card: WantedCard, body: Body, there: Body | None) -> dict[str, int]:
        what = f"card {card.key}"
        if there is None:
            self.changes.append(Change("create", what))
            if not self.write:
                return {}
            number = int(self.client.post("/api/card", body)["id"])
        else:
            number = int(there["id"])
            found = card_differences(body, there)
            if not found:
                return {card.key: number}
            self.changes.append(Change("change", what, tuple(found)))
            if not self.write:
                return {card.key: number}
            # The id by which it is found cannot be changed, so it is not sent again.
            sent = {name: value for name, value in body.items() if name != "entity_id"}
            self.client.put(f"/api/card/{number}", {**sent, "archived": False})
        self._check(what, card_differences(body, self.client.get(f"/api/card/{number}")))
        return {card.key: number}

    def _boards(self, collection: int | None, cards: Mapping[str, int]) -> None:
        there = own_items(self.client, collection).boards if collection is not None else {}
        for board in self.desired.boards:
            number = there.get(board.key)
            if number is None:
                self.changes.append(Change("create", f"board {board.key}"))
                if not self.write or collection is None:
                    self._mail(board, None)
                    continue
                body = new_board_body(board, collection=collection)
                number = int(self.client.post("/api/dashboard", body)["id"])
                self._board(board, number, collection, cards, is_new=True)
            elif collection is not None:
                self._board(board, number, collection, cards)

    def _board(
        self,
        board: WantedBoard,
        number: int,
        collection: int,
        cards: Mapping[str, int],
        *,
        is_new: bool = False,
    ) -> None:
        what = f"board {board.key}"
        missing = [place.card for place in board.places if place.card and place.card not in cards]
        actual = self.client.get(f"/api/dashboard/{number}")
        if missing:
            self.changes.append(
                Change("change", what, tuple(f"{card} does not stand on it" for card in missing))
            )
            self._mail(board, actual)
            return

        def body(there: Body) -> Body:
            return board_body(
                board,
                number=number,
                collection=collection,
                cards=cards,
                placed=places_of(there, board, cards),
                tabs=tabs_of(there),
            )

        found = board_differences(body(actual), actual)
        if found and not is_new:
            self.changes.append(Change("change", what, tuple(found)))
        if found and self.write:
            self.client.put(f"/api/dashboard/{number}", body(actual))
            actual = self.client.get(f"/api/dashboard/{number}")
            self._check(what, board_differences(body(actual), actual))
        self._mail(board, actual)

    def _mail(self, board: WantedBoard, actual: Body | None) -> None:
        mailing = self.desired.mails.get(board.key)
        if mailing is None:
            return
        what = f"mail of board {board.key}"
        if actual is None:
            self.changes.append(Change("create", what))
            return
        if not mail.can_send(self.client):
            self.notes.append(f"{what}: Metabase has no mail server yet, so nothing will be sent.")
        wanted = mail.body(mailing, actual)
        there = mail.find(self.client, actual["id"])
        if there is None:
            self.changes.append(Change("create", what))
            if self.write:
                self.client.post("/api/pulse", wanted)
        elif found := mail.mail_differences(wanted, there):
            self.changes.append(Change("change", what, tuple(found)))
            if self.write:
                self.client.put(f"/api/pulse/{there['id']}", wanted)
        else:
            return
        if self.write:
            kept = mail.find(self.client, actual["id"])
            self._check(what, mail.mail_differences(wanted, kept or {}))

    @staticmethod
    def _check(what: str, found: list[str]) -> None:
        """Raise when the server holds something else than it was sent."""
        if found:
            raise MetabaseError(
                f"Metabase took the {what} and holds something else: {'; '.join(found)}"
            )


_ONLY_SENT = ("connection_source", "schedules", "details")
"""What the server answers in another form, or not at all."""
