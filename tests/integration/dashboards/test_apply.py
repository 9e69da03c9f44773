"""What is written, that it is written once, and that a killed run is completed by the next one."""

from typing import Any

import pytest

from dashboards.definition import Board
from dashboards.metabase.apply import Change, Desired, Walk
from dashboards.metabase.client import Client, MetabaseError
from dashboards.metabase.keys import entity_id
from dashboards.metabase.prune import prune
from tests.integration.dashboards.conftest import desired_of, found_by_sync, settings_of, snapshot
from tests.integration.dashboards.fake_http import answering
from tests.integration.dashboards.fake_metabase import API_KEY, FakeMetabase

N_WRITES = 13
"""Connection, look at its tables, collection, seven cards, the board and what stands on it, mail."""


def walk(client: Client, desired: Desired, *, write: bool) -> Walk:
    return Walk(client, desired, write=write, wait=lambda _seconds: None)


def apply(client: Client, desired: Desired) -> list[Change]:
    return walk(client, desired, write=True).run()


def plan(client: Client, desired: Desired) -> list[str]:
    return [str(change) for change in walk(client, desired, write=False).run()]


def state_of(fake: FakeMetabase) -> list[Any]:
    """Return everything but what the server makes up."""
    kept = (fake.databases, fake.collections, fake.cards, fake.dashboards, fake.pulses)
    return [
        sorted((one["name"], one.get("description"), one.get("display")) for one in things.values())
        for things in kept
    ]


def board_of(fake: FakeMetabase) -> dict[str, Any]:
    (found,) = [one for one in fake.dashboards.values() if not one["archived"]]
    return found


@pytest.mark.parametrize("version", ["v0.61.2", "v0.56.9", "v1.57.0-RC1"])
def test_second_run_writes_nothing_and_plan_is_empty(desired: Desired, version: str) -> None:
    with answering(FakeMetabase(version, tables=found_by_sync())) as fake:
        client = Client(fake.url, API_KEY, wait=lambda _seconds: None)
        assert plan(client, desired)
        assert fake.n_writes == 0
        apply(client, desired)
        numbers = [one["id"] for one in board_of(fake)["dashcards"]]
        first, n_writes = state_of(fake), fake.n_writes
        assert plan(client, desired) == []
        assert apply(client, desired) == []
        assert (fake.n_writes, state_of(fake)) == (n_writes, first)
        assert [one["id"] for one in board_of(fake)["dashcards"]] == numbers


def test_plan_names_what_apply_writes(client: Client, fake: FakeMetabase, desired: Desired) -> None:
    del fake
    said = plan(client, desired)
    written = [str(change).split("\n")[0] for change in apply(client, desired)]
    # What the server does not know of the tables shows itself once there is a connection.
    assert [one for one in written if "knows of the tables" not in one] == said


def test_a_board_has_its_tabs_filters_clicks_and_mail(
    client: Client, fake: FakeMetabase, desired: Desired
) -> None:
    apply(client, desired)
    board = board_of(fake)
    assert [tab["name"] for tab in board["tabs"]] == ["Money", "Use"]
    places = {
        (one["card"] or {}).get("name") or one["visualization_settings"]["text"]: one
        for one in board["dashcards"]
    }
    assert {one["dashboard_tab_id"] for one in board["dashcards"]} == {
        tab["id"] for tab in board["tabs"]
    }
    # The answer, its heading, then the cards of the section; the second tab begins at its top.
    spots = {name: (one["col"], one["row"]) for name, one in places.items()}
    assert spots["In a sentence"] == (0, 0)
    assert spots["Money"] == (0, 3)
    assert spots["Spend by vendor"] == (0, 7)
    assert spots["Use"] == (0, 0)
    assert spots["Teams"] == (0, 7)
    click = places["Spend by vendor"]["visualization_settings"]["click_behavior"]
    assert click["parameterMapping"]["vendor"]["source"]["id"] == "vendor"
    (mail,) = fake.pulses.values()
    assert [one["email"] for one in mail["channels"][0]["recipients"]] == [
        "a@example.com",
        "b@example.com",
    ]
    assert len(mail["cards"]) == 7
    assert fake.dashboards.keys() == {board["id"]}, "the board of persons stays out"


@pytest.mark.parametrize("n_writes", range(1, N_WRITES + 1))
def test_killed_anywhere_the_next_run_completes(desired: Desired, n_writes: int) -> None:
    with answering(FakeMetabase(tables=found_by_sync())) as fake:
        client = Client(fake.url, API_KEY, wait=lambda _seconds: None)
        fake.lose_after_write = n_writes
        with pytest.raises(MetabaseError):
            apply(client, desired)
        fake.lose_after_write = None
        apply(client, desired)
        assert [len(one) for one in state_of(fake)] == [1, 1, 7, 1, 1]
        assert plan(client, desired) == []


def test_a_whole_run_writes_as_often_as_runs_are_killed(
    client: Client, fake: FakeMetabase, desired: Desired
) -> None:
    apply(client, desired)
    assert fake.n_writes == N_WRITES


def test_what_others_put_into_the_collection_stays(
    client: Client, fake: FakeMetabase, desired: Desired
) -> None:
    apply(client, desired)
    (collection,) = fake.collections
    ours = next(one for one in fake.cards.values() if one["name"] == "Teams")
    board = board_of(fake)
    client.post("/api/card", {**_plain(fake), "name": "Somebody's", "collection_id": collection})
    copied = {**_plain(fake), "description": ours["description"], "collection_id": collection}
    client.post("/api/card", {**copied, "name": "A copy of Teams"})
    client.post(
        "/api/dashboard",
        {"name": "A copy", "description": board["description"], "collection_id": collection},
    )
    n_writes = fake.n_writes
    assert plan(client, desired) == []
    assert apply(client, desired) == []
    assert prune(client, desired, write=True) == []
    assert fake.n_writes == n_writes


def _plain(fake: FakeMetabase) -> dict[str, Any]:
    query = {
        "type": "native",
        "database": next(iter(fake.databases)),
        "native": {"query": "select 1"},
    }
    return {"display": "table", "visualization_settings": {}, "dataset_query": query}


def test_a_collection_of_that_name_that_is_somebody_elses_is_not_touched(
    client: Client, fake: FakeMetabase, desired: Desired
) -> None:
    client.post("/api/collection", {"name": desired.collection, "description": "Ours, by hand"})
    with pytest.raises(MetabaseError, match="somebody else's"):
        apply(client, desired)
    assert fake.cards == {}


def test_what_is_changed_by_hand_is_said_and_undone(
    client: Client, fake: FakeMetabase, desired: Desired
) -> None:
    apply(client, desired)
    card = next(one for one in fake.cards.values() if one["name"] == "Spend by vendor")
    card["display"] = "pie"
    card["visualization_settings"]["graph.goal_value"] = 5
    card["archived"] = True
    board = board_of(fake)
    board["dashcards"][0]["col"] = 3
    board["dashcards"].append(
        {
            "id": 9999,
            "card_id": None,
            "col": 0,
            "row": 90,
            "size_x": 1,
            "size_y": 1,
            "visualization_settings": {"text": "A note"},
            "dashboard_tab_id": board["tabs"][0]["id"],
        }
    )
    board["parameters"][0]["default"] = "past7days"
    assert plan(client, desired) == [
        "change card overview/spend_by_month\n"
        '    display: "pie", not "bar"\n'
        "    archived: True, not False\n"
        "    settings.graph.goal_value: 5, not null",
        "change board overview\n"
        '    parameters[0].default: "past7days", not "past90days~"\n'
        f"    card {board['dashcards'][0]['card_id']}.col: 3, not 0\n"
        "    'A note' stands on it",
    ]
    apply(client, desired)
    assert plan(client, desired) == []
    assert (card["display"], card["archived"]) == ("bar", False)


def test_what_is_no_longer_defined_goes_to_the_trash_when_asked(
    client: Client, fake: FakeMetabase, desired: Desired
) -> None:
    apply(client, desired)
    (collection,) = fake.collections
    ours = max(fake.cards.values(), key=lambda one: int(one["id"]))
    copied = {**_plain(fake), "description": ours["description"], "collection_id": collection}
    copy = client.post("/api/card", {**copied, "name": "A copy"})["id"]
    fewer = Desired(desired.database, desired.collection, (), desired.warehouse, {})
    assert plan(client, fewer) == []
    n_writes = fake.n_writes
    said = [str(change) for change in prune(client, fewer, write=False)]
    assert fake.n_writes == n_writes
    assert said[:2] == ["archive mail of board overview", "archive board overview"]
    assert len(said) == 9
    prune(client, fewer, write=True)
    assert not fake.cards.pop(copy)["archived"]
    assert all(
        one["archived"]
        for one in [*fake.cards.values(), *fake.dashboards.values(), *fake.pulses.values()]
    )
    assert prune(client, fewer, write=True) == []
    assert not any(method == "DELETE" for method, _ in fake.requests)


def test_a_pruned_card_that_is_defined_again_comes_back(
    client: Client, fake: FakeMetabase, desired: Desired
) -> None:
    apply(client, desired)
    prune(
        client, Desired(desired.database, desired.collection, (), desired.warehouse, {}), write=True
    )
    apply(client, desired)
    assert len(fake.cards) == 7
    assert not any(one["archived"] for one in fake.cards.values())
    assert plan(client, desired) == []


def test_a_setting_that_the_server_does_not_keep_is_said(
    client: Client, fake: FakeMetabase, desired: Desired
) -> None:
    def forget(kind: str, body: dict[str, Any]) -> None:
        if kind == "card":
            body["visualization_settings"].pop("stackable.stack_type", None)

    fake.tamper = forget
    with pytest.raises(
        MetabaseError, match=r"holds something else: settings.stackable.stack_type: null"
    ):
        apply(client, desired)


def test_a_click_that_the_server_does_not_keep_is_said(
    client: Client, fake: FakeMetabase, desired: Desired
) -> None:
    def forget(kind: str, body: dict[str, Any]) -> None:
        for place in body["dashcards"] if kind == "dashboard" else []:
            place["visualization_settings"].pop("click_behavior", None)

    fake.tamper = forget
    with pytest.raises(MetabaseError, match=r"board overview and holds something else: .*click_be"):
        apply(client, desired)


def test_a_new_snapshot_changes_the_connection_and_nothing_else(
    client: Client, fake: FakeMetabase, boards: dict[str, Board]
) -> None:
    apply(client, desired_of(boards, settings_of()))
    newer = desired_of(boards, settings_of(), snapshot("20260702T040000Z-aaaaaaaa"))
    assert [str(change).split("\n")[0] for change in apply(client, newer)] == [
        "change connection 'AI usage'"
    ]
    (database,) = fake.databases.values()
    assert "20260702T040000Z-aaaaaaaa/marts/mart_money.parquet" in database["details"]["init_sql"]
    assert "mart_people" not in database["details"]["init_sql"]


def test_a_busy_server_is_asked_again_but_nothing_is_made_twice(
    client: Client, fake: FakeMetabase, desired: Desired
) -> None:
    apply(client, desired)
    fake.busy = [503, 429, 502]
    assert plan(client, desired) == []
    fake.busy = [503]
    with pytest.raises(MetabaseError, match="POST /api/card: 503"):
        client.post("/api/card", _plain(fake))
    assert len(fake.cards) == 7


def test_a_wrong_key_is_said_with_its_remedy(fake: FakeMetabase, desired: Desired) -> None:
    with pytest.raises(MetabaseError, match=r"401 .*METABASE_API_KEY has to be"):
        apply(Client(fake.url, "mb_wrong"), desired)


def test_cards_are_found_wherever_somebody_moved_them(
    client: Client, fake: FakeMetabase, desired: Desired
) -> None:
    apply(client, desired)
    card = next(one for one in fake.cards.values() if one["name"] == "Teams")
    assert card["entity_id"] == entity_id("card", "overview/teams")
    card["collection_id"] = None
    card["name"] = "Renamed"
    (said,) = plan(client, desired)
    assert said.startswith("change card overview/teams\n    name: ")
    apply(client, desired)
    assert (card["name"], card["collection_id"]) == ("Teams", next(iter(fake.collections)))


def test_mail_that_cannot_be_sent_is_said(
    client: Client, fake: FakeMetabase, desired: Desired
) -> None:
    fake.has_mail = False
    taken = walk(client, desired, write=True)
    taken.run()
    assert taken.notes == [
        "mail of board overview: Metabase has no mail server yet, so nothing will be sent."
    ]
