"""A stand-in of Metabase over real HTTP, with the rules that its source and its users tell of (`docs/metabase.md` lists them).

It is no Metabase: it runs no query and draws nothing. It refuses what the real one refuses, forgets what the real one
forgets, and stores misspelt settings without a word.
"""

import re
import threading
from collections.abc import Callable
from typing import Any

from tests.integration.dashboards.fake_rules import (
    Refused,
    card_as_stored,
    check_card,
    check_dashboard,
    check_database,
    need,
    new_entity_id,
)

Json = dict[str, Any]
API_KEY = "mb_of_tests"
_SECRETS = ("service-account-json",)


class FakeMetabase:
    """What a server holds; `url` is where it answers."""

    def __init__(
        self, version: str = "v0.61.2", tables: dict[str, dict[str, list[str]]] | None = None
    ) -> None:
        self.version = version
        self.tables = tables or {}
        """By schema and table: the columns that a sync finds."""
        self.url = ""
        self.requests: list[tuple[str, str]] = []
        self.databases: dict[int, Json] = {}
        self.fields: dict[int, list[Json]] = {}
        self.collections: dict[int, Json] = {}
        self.cards: dict[int, Json] = {}
        self.dashboards: dict[int, Json] = {}
        self.pulses: dict[int, Json] = {}
        self.has_mail = True
        self.polls_until_synced = 1
        self.lose_after_write: int | None = None
        """After so many writes answers are lost: the write has happened, and the next connection is cut."""
        self.busy: list[int] = []
        """Status codes that the next requests are answered with, whatever they ask."""
        self.tamper: Callable[[str, Json], None] = lambda _path, _body: None
        """Changes what is stored, as a server does that does not know a setting."""
        self._number = 100
        self._synced: dict[int, int] = {}
        self.lock = threading.Lock()

    @property
    def n_writes(self) -> int:
        """Return how often something was written."""
        return sum(
            method != "GET" and "eid-translation" not in path for method, path in self.requests
        )

    @property
    def has_stages(self) -> bool:
        """Say whether it speaks the newer form of queries."""
        return int(self.version.split(".")[1]) >= 57

    def next_number(self) -> int:
        """Return a number that nothing has yet."""
        self._number += 1
        return self._number

    def answer(self, method: str, path: str, query: dict[str, str], body: Json) -> Any:
        """Answer one request.

        Raises:
            Refused: As the server would.
        """
        for verb, pattern, handler in _ROUTES:
            found = re.fullmatch(pattern, path)
            if verb == method and found:
                numbers = [int(part) for part in found.groups()]
                return handler(
                    self, *numbers, **({"query": query} if verb == "GET" else {"body": body})
                )
        raise Refused(404, "API endpoint does not exist.")

    # ── the server itself ───────────────────────────────────────────────────────────────────────────────────────
    def _properties(self, query: Json) -> Json:
        del query
        return {"version": {"tag": self.version}, "setup-token": None}

    def _email(self, query: Json) -> bool:
        del query
        return self.has_mail

    # ── connections ─────────────────────────────────────────────────────────────────────────────────────────────
    def _list_databases(self, query: Json) -> Json:
        del query
        return {
            "data": [self._shown(one) for one in self.databases.values()],
            "total": len(self.databases),
        }

    def _shown(self, database: Json) -> Json:
        hidden = {
            name: "**MetabasePass**" if name in _SECRETS else value
            for name, value in database["details"].items()
        }
        return {**database, "details": hidden}

    def _get_database(self, number: int, query: Json) -> Json:
        del query
        return self._shown(need(self.databases, number))

    def _post_database(self, body: Json) -> Json:
        check_database(body)
        number = self.next_number()
        self.databases[number] = {"id": number, "initial_sync_status": "incomplete", **body}
        self._synced[number] = self.polls_until_synced
        return self._shown(self.databases[number])

    def _put_database(self, number: int, body: Json) -> Json:
        check_database(body)
        need(self.databases, number).update(body)
        return self._shown(self.databases[number])

    def _sync(self, number: int, body: Json) -> Json:
        del body
        need(self.databases, number)
        self._synced[number] = self.polls_until_synced
        self.fields.pop(number, None)
        return {"status": "ok"}

    def _metadata(self, number: int, query: Json) -> Json:
        database = need(self.databases, number)
        if number not in self.fields:
            self._synced[number] -= 1
            if self._synced[number] < 0:
                self.fields[number] = [
                    {
                        "id": self.next_number(),
                        "schema": schema,
                        "name": table,
                        "fields": [{"id": self.next_number(), "name": one} for one in columns],
                    }
                    for schema, tables in self.tables.items()
                    for table, columns in tables.items()
                ]
        del query
        return {**self._shown(database), "tables": self.fields.get(number, [])}

    # ── collections ─────────────────────────────────────────────────────────────────────────────────────────────
    def _list_collections(self, query: Json) -> list[Json]:
        del query
        root: Json = {"id": "root", "name": "Our analytics"}
        return [root, *(one for one in self.collections.values() if not one["archived"])]

    def _post_collection(self, body: Json) -> Json:
        if not body.get("name"):
            raise Refused(400, "name: value must be a non-blank string.")
        number = self.next_number()
        self.collections[number] = {
            "id": number,
            "name": body["name"],
            "description": body.get("description"),
            "location": "/",
            "archived": False,
            "entity_id": new_entity_id(number),
        }
        return self.collections[number]

    def _put_collection(self, number: int, body: Json) -> Json:
        need(self.collections, number).update(body)
        return self.collections[number]

    def _items(self, number: int, query: Json) -> Json:
        del query
        need(self.collections, number)
        rows = [
            {
                "id": one["id"],
                "model": model,
                **{name: one[name] for name in ("name", "description", "entity_id", "archived")},
            }
            for model, kept in (("card", self.cards), ("dashboard", self.dashboards))
            for one in kept.values()
            if one["collection_id"] == number and not one["archived"]
        ]
        return {"data": rows, "total": len(rows)}

    # ── cards ───────────────────────────────────────────────────────────────────────────────────────────────────
    def _translate(self, body: Json) -> Json:
        known = {one["entity_id"]: one["id"] for one in self.cards.values()}
        answer: Json = {}
        for entity in body["entity_ids"].get("card", []):
            if not re.fullmatch(r"[A-Za-z0-9_-]{21}", entity):
                answer[entity] = {"type": "card", "status": "invalid-format"}
            elif entity in known:
                answer[entity] = {"type": "card", "status": "ok", "id": known[entity]}
            else:
                answer[entity] = {"type": "card", "status": "not-found"}
        return {"entity_ids": answer}

    def known_fields(self, database: int) -> set[int]:
        """Return the numbers of all columns of a connection."""
        return {field["id"] for table in self.fields.get(database, []) for field in table["fields"]}

    def _post_card(self, body: Json) -> Json:
        check_card(body, self, is_new=True)
        number = self.next_number()
        self.cards[number] = {
            "id": number,
            "archived": False,
            "entity_id": new_entity_id(number),
            "collection_id": None,
            "description": None,
            "type": "question",
            "parameters": [],
            "parameter_mappings": [],
            "result_metadata": None,
            "query_type": "native",
            "table_id": None,
            "creator_id": 1,
            **card_as_stored(body),
        }
        self.tamper("card", self.cards[number])
        return self.cards[number]

    def _get_card(self, number: int, query: Json) -> Json:
        del query
        return need(self.cards, number)

    def _put_card(self, number: int, body: Json) -> Json:
        need(self.cards, number)
        check_card(body, self, is_new=False)
        self.cards[number].update(card_as_stored(body))
        self.tamper("card", self.cards[number])
        return self.cards[number]

    # ── dashboards ──────────────────────────────────────────────────────────────────────────────────────────────
    def _list_dashboards(self, query: Json) -> list[Json]:
        del query
        return list(self.dashboards.values())

    def _post_dashboard(self, body: Json) -> Json:
        # Only these are taken; an entity_id or dashcards are not even looked at.
        taken = ("name", "description", "parameters", "collection_id")
        number = self.next_number()
        self.dashboards[number] = {
            "id": number,
            "entity_id": new_entity_id(number),
            "archived": False,
            "width": "fixed",
            "auto_apply_filters": True,
            "tabs": [],
            "dashcards": [],
            "parameters": [],
            "description": None,
            "collection_id": None,
            "creator_id": 1,
            "enable_embedding": False,
            "public_uuid": None,
            "cache_ttl": None,
            **{name: body[name] for name in taken if name in body},
        }
        return self.dashboards[number]

    def _get_dashboard(self, number: int, query: Json) -> Json:
        del query
        return need(self.dashboards, number)

    def _put_dashboard(self, number: int, body: Json) -> Json:
        there = need(self.dashboards, number)
        check_dashboard(body, self)
        made = dict(body)
        tabs: dict[int, int] = {}
        if "tabs" in body:
            kept = {one["id"] for one in there["tabs"]}
            made["tabs"] = []
            for place, tab in enumerate(body["tabs"]):
                tabs[tab["id"]] = tab["id"] if tab["id"] in kept else self.next_number()
                made["tabs"].append(
                    {
                        "id": tabs[tab["id"]],
                        "dashboard_id": number,
                        "name": tab["name"],
                        "position": place,
                        "entity_id": new_entity_id(tabs[tab["id"]]),
                    }
                )
        if "dashcards" in body:
            made["dashcards"] = [
                self._placed(number, one, there, tabs) for one in body["dashcards"]
            ]
        there.update(made)
        self.tamper("dashboard", there)
        return there

    def _placed(self, board: int, sent: Json, there: Json, tabs: dict[int, int]) -> Json:
        known = {one["id"]: one for one in there["dashcards"]}
        own = sent["id"] if sent["id"] in known else self.next_number()
        tab = sent.get("dashboard_tab_id")
        return {
            "entity_id": new_entity_id(own),
            "series": [],
            "inline_parameters": [],
            "parameter_mappings": [],
            "visualization_settings": {},
            **sent,
            "id": own,
            "dashboard_id": board,
            # What is there and comes back without its card has none afterwards.
            "card_id": sent.get("card_id"),
            "dashboard_tab_id": tabs.get(tab, tab) if tab is not None else None,
            "card": self.cards.get(sent.get("card_id") or 0),
        }

    # ── mails ───────────────────────────────────────────────────────────────────────────────────────────────────
    def _list_pulses(self, query: Json) -> list[Json]:
        board = int(query.get("dashboard_id", 0))
        return [
            one
            for one in self.pulses.values()
            if one["dashboard_id"] == board and not one["archived"]
        ]

    def _get_pulse(self, number: int, query: Json) -> Json:
        del query
        return need(self.pulses, number)

    def _post_pulse(self, body: Json) -> Json:
        self._check_pulse(body)
        number = self.next_number()
        self.pulses[number] = {
            "id": number,
            "creator_id": 1,
            "collection_id": None,
            "entity_id": new_entity_id(number),
            **self._pulse(body),
        }
        return self.pulses[number]

    def _put_pulse(self, number: int, body: Json) -> Json:
        self._check_pulse(body)
        need(self.pulses, number).update(self._pulse(body))
        return self.pulses[number]

    def _pulse(self, body: Json) -> Json:
        # What is left out goes back to its default.
        cards = [{**one, "name": self.cards[one["id"]]["name"]} for one in body["cards"]]
        defaults = {"archived": False, "skip_if_empty": False, "parameters": []}
        return {**defaults, **body, "cards": cards}

    def _check_pulse(self, body: Json) -> None:
        places = {
            one["id"]: one for one in need(self.dashboards, body["dashboard_id"])["dashcards"]
        }
        for card in body["cards"]:
            if places.get(card["dashboard_card_id"], {}).get("card_id") != card["id"]:
                raise Refused(400, "cards: no such dashcard")


Handler = Callable[..., Any]
_ROUTES: list[tuple[str, str, Handler]] = [
    ("GET", "/api/session/properties", FakeMetabase._properties),
    ("GET", r"/api/setting/email-configured\?", FakeMetabase._email),
    ("GET", "/api/database", FakeMetabase._list_databases),
    ("POST", "/api/database", FakeMetabase._post_database),
    ("GET", r"/api/database/(\d+)", FakeMetabase._get_database),
    ("PUT", r"/api/database/(\d+)", FakeMetabase._put_database),
    ("POST", r"/api/database/(\d+)/sync_schema", FakeMetabase._sync),
    ("GET", r"/api/database/(\d+)/metadata", FakeMetabase._metadata),
    ("GET", "/api/collection", FakeMetabase._list_collections),
    ("POST", "/api/collection", FakeMetabase._post_collection),
    ("PUT", r"/api/collection/(\d+)", FakeMetabase._put_collection),
    ("GET", r"/api/collection/(\d+)/items", FakeMetabase._items),
    ("POST", "/api/eid-translation/translate", FakeMetabase._translate),
    ("POST", "/api/card", FakeMetabase._post_card),
    ("GET", r"/api/card/(\d+)", FakeMetabase._get_card),
    ("PUT", r"/api/card/(\d+)", FakeMetabase._put_card),
    ("GET", "/api/dashboard", FakeMetabase._list_dashboards),
    ("POST", "/api/dashboard", FakeMetabase._post_dashboard),
    ("GET", r"/api/dashboard/(\d+)", FakeMetabase._get_dashboard),
    ("PUT", r"/api/dashboard/(\d+)", FakeMetabase._put_dashboard),
    ("GET", "/api/pulse", FakeMetabase._list_pulses),
    ("GET", r"/api/pulse/(\d+)", FakeMetabase._get_pulse),
    ("POST", "/api/pulse", FakeMetabase._post_pulse),
    ("PUT", r"/api/pulse/(\d+)", FakeMetabase._put_pulse),
]
