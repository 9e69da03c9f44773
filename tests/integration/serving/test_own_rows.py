"""A lead sees rows of the own teams, a person the own ones; whatever is asked for, and until they are erased."""

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from persons.columns import personal_columns
from persons.keys import load_key
from persons.person_ids import person_id
from privacy.access import end_access
from privacy.jobs import request as ask_for_erasure
from serving.__main__ import main
from serving.api import row_rules
from serving.api.access import Principal
from serving.api.row_rules import RowRule, names_persons, rules
from serving.api.tokens import TokenStore
from tests.integration.serving.conftest import published
from tests.integration.serving.people import ADA, BOB, EVE, ZOE
from tests.service import Service, serving

PRODUCTIVITY = "/analytics/marts/mart_engineering__productivity_daily"
WEEKLY = "/analytics/marts/mart_engineering__team_weekly"
LEDGER = "/analytics/marts/fct_ai_spend_daily"
TABLE, PRODUCED = (
    "marts.mart_engineering__team_weekly",
    "marts.mart_engineering__productivity_daily",
)


@pytest.fixture
def company(tmp_path: Path) -> Iterator[Service]:
    with serving(published(tmp_path, has_people=True)) as running:
        yield running


def _client(service: Service, role: str, person: str, teams: tuple[str, ...] = ()) -> httpx.Client:
    token = service.token(role=role, person=person, teams=teams)
    return httpx.Client(
        base_url=f"{service.url}/api/v1",
        headers={"Authorization": f"Bearer {token}"},
        timeout=60,
    )


def _people(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    return sorted(row["person_email"] for row in answer.json()["rows"])


def test_lead_sees_the_own_teams(staffed: Service) -> None:
    with _client(staffed, "lead", EVE) as eve, _client(staffed, "lead", ZOE) as zoe:
        assert _people(eve.get(PRODUCTIVITY)) == [ADA, BOB]
        assert _people(zoe.get(PRODUCTIVITY)) == [EVE]
        assert [row["team_name"] for row in eve.get(WEEKLY).json()["rows"]] == ["blue"]
        assert _people(eve.get(LEDGER)) == [ADA, BOB]
        assert _people(zoe.get(LEDGER)) == [EVE]


def test_whoever_leads_nobody_sees_nothing(staffed: Service) -> None:
    with _client(staffed, "lead", ADA, teams=("blue", "red")) as ada:
        for path in (PRODUCTIVITY, WEEKLY, LEDGER, "/analytics/spend"):
            assert ada.get(path).status_code == 403
        assert ada.get("/analytics/marts").json()["marts"] == []


def test_sheet_without_managers_leaves_it_to_the_token(company: Service) -> None:
    company.change("update marts.dim_people set manager_email = null")
    company.look()
    with _client(company, "lead", ADA, teams=("red",)) as ada:
        assert _people(ada.get(PRODUCTIVITY)) == [EVE]
    with _client(company, "lead", ADA) as ada:
        assert ada.get(PRODUCTIVITY).status_code == 403


def test_person_sees_the_own_rows(staffed: Service) -> None:
    with _client(staffed, "person", BOB) as bob:
        assert _people(bob.get(PRODUCTIVITY)) == [BOB]
        assert _people(bob.get("/analytics/marts/dim_people")) == [BOB, BOB]
        listed = {
            mart["mart"]: mart["rows"] for mart in bob.get("/analytics/marts").json()["marts"]
        }
        pull_requests = "metrics.mart_delivery__pull_requests"
        assert listed == {"marts.dim_people": 2, PRODUCED: 1, pull_requests: 1}


@pytest.mark.parametrize(
    "asked",
    [
        {"person_id": "other"},
        {"person_id.ne": "x"},
        {"person_id.is": "null"},
        {"team_name": "red"},
        {"team_name.gte": "a", "limit": "1"},
        {"person_email": EVE},
        {"after": "1"},
        {"n_lines_added.gt": "0"},
        {"format": "csv"},
    ],
)
def test_nothing_that_is_asked_for_shows_more(staffed: Service, asked: dict[str, str]) -> None:
    if asked.get("person_id") == "other":
        asked = {"person_id": staffed.id_of(EVE)}
    with _client(staffed, "lead", EVE) as eve, _client(staffed, "person", BOB) as bob:
        for client, others in ((eve, (EVE, ZOE, staffed.id_of(EVE))), (bob, (ADA, EVE, ZOE))):
            for path in (PRODUCTIVITY, WEEKLY, LEDGER):
                told = client.get(path, params=asked).text
                sent = set(asked.values())
                assert not [one for one in others if one in told and one not in sent]
                assert '"red"' not in told


def test_words_that_are_told_are_those_of_the_own_rows(staffed: Service) -> None:
    with _client(staffed, "lead", EVE) as eve:
        answer = eve.get(LEDGER, params={"vendor": "nothing"})
    assert answer.status_code == 400
    assert "cursor" in answer.text
    assert "anthropic" not in answer.text


def test_pages_count_the_own_rows_only(staffed: Service) -> None:
    with _client(staffed, "person", EVE) as eve:
        page = eve.get(PRODUCTIVITY, params={"limit": "1"})
        assert (page.headers["x-row-count"], page.json()["next"]) == ("1", None)


def test_answer_to_one_is_not_that_to_another(staffed: Service) -> None:
    with _client(staffed, "person", ADA) as ada, _client(staffed, "person", BOB) as bob:
        first = ada.get(PRODUCTIVITY)
        other = bob.get(PRODUCTIVITY, headers={"If-None-Match": first.headers["etag"]})
    assert (first.status_code, other.status_code) == (200, 200)


def test_person_gets_the_own_copy_and_nobody_elses(staffed: Service) -> None:
    with _client(staffed, "person", ADA) as ada:
        copy = ada.get("/user/data/export")
        assert copy.status_code == 200
        assert ADA in copy.text
        assert '"n_lines_added": 11' in copy.text or '"n_lines_added":11' in copy.text
        for other in (BOB, EVE, ZOE):
            assert other not in copy.text
        for subject in (ADA, BOB, "nobody@x.example"):
            assert ada.get("/user/data/export", params={"subject": subject}).status_code == 403


def test_reads_of_persons_are_in_the_audit_log(company: Service) -> None:
    with _client(company, "lead", EVE) as eve:
        eve.get(PRODUCTIVITY)
    company.app.state.uses.write()
    lines = [
        json.loads(line)
        for line in (company.settings.state_dir / "audit.jsonl").read_text().splitlines()
    ]
    assert ("view_personal_data", PRODUCED) in {(one["action"], one["resource"]) for one in lines}


@pytest.mark.parametrize(("role", "who"), [("person", ADA), ("lead", EVE)])
def test_erasing_ends_the_token_and_its_sessions(company: Service, role: str, who: str) -> None:
    store = TokenStore(company.settings.state_dir)
    with (
        _client(company, role, who) as client,
        company.browser(role=role, person=who) as browser,
        company.client("*", role="privacy_officer") as officer,
        _client(company, "person", BOB) as bob,
    ):
        assert client.get(PRODUCTIVITY).status_code == 200
        assert browser.get(f"/api/v1{PRODUCTIVITY}").status_code == 200
        answer = officer.delete("/user/data", params={"subject": who.upper()})
        assert answer.status_code == 202
        assert client.get(PRODUCTIVITY).status_code == 401
        assert browser.get(f"/api/v1{PRODUCTIVITY}").status_code == 401
        assert _people(bob.get(PRODUCTIVITY)) == [BOB]
    ended = [one for one in store.tokens().values() if one.person_id == company.id_of(who)]
    assert len(ended) == 2
    assert all(one.revoked_at for one in ended)


def test_hidden_person_is_let_in_no_more_whatever_the_store_says(company: Service) -> None:
    with _client(company, "person", ADA) as ada:
        assert ada.get(PRODUCTIVITY).status_code == 200
        path = company.settings.state_dir / "tokens.json"
        before = path.read_text()
        ask_for_erasure(company.settings.state_dir, [ADA], requested_by="test")
        company.look()
        path.write_text(before)
        assert ada.get(PRODUCTIVITY).status_code == 401


def test_erasure_ends_tokens_without_the_service(tmp_path: Path) -> None:
    store, key, now = TokenStore(tmp_path), load_key(tmp_path, None), dt.datetime.now(dt.UTC)
    assert end_access(store, key, [ADA], at=now) == []
    made = {
        one: store.create("person", [], at=now, days=1, person_id=person_id(key, one))[0].token_id
        for one in (ADA, BOB)
    }
    assert end_access(store, key, ["Ada", ADA.upper()], at=now) == [made[ADA]]
    assert not store.is_still_valid(made[ADA])
    assert store.is_still_valid(made[BOB])


def test_nobody_is_let_in_whom_the_sheet_does_not_know(staffed: Service) -> None:
    for role in ("person", "lead"):
        with _client(staffed, role, "stranger@north.example") as stranger:
            assert stranger.get("/analytics/marts").status_code == 401


def test_command_says_whom_no_sheet_knows(
    staffed: Service, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("STATE_DIR", str(staffed.settings.state_dir))
    monkeypatch.setenv("PUBLISH_DIR", str(staffed.settings.publish_dir))
    for who, is_known in ((ADA.upper(), True), (staffed.id_of(BOB), True), ("a@x.example", False)):
        assert main(["tokens", "create", "--role", "person", "--person", who]) == 0
        assert ("opens nothing yet" in capsys.readouterr().err) != is_known, who


def test_while_erasures_cannot_be_read_nobody_can_tell_who_waits(company: Service) -> None:
    with _client(company, "person", ADA) as ada:
        (company.settings.state_dir / "erasures").mkdir(exist_ok=True)
        (company.settings.state_dir / "erasures" / "waiting.jsonl").write_text("{\n")
        company.look()
        assert ada.get(PRODUCTIVITY).status_code == 503


@pytest.mark.parametrize(
    ("role", "organizations", "table", "columns", "found"),
    [
        ("viewer", ("*",), TABLE, None, ()),
        ("viewer", ("north",), TABLE, None, None),
        ("viewer", ("*",), PRODUCED, None, None),
        ("viewer", ("*",), PRODUCED, ("n_lines_added", "team_name"), ()),
        ("viewer", ("*",), PRODUCED, ("n_lines_added", "person_id"), None),
        ("admin", ("*",), PRODUCED, None, ()),
        ("admin", ("north",), PRODUCED, None, None),
        (
            "admin",
            ("north",),
            "marts.mart_savings__daily",
            None,
            (("organization_id", ("north",)),),
        ),
        ("lead", (), PRODUCED, None, (("team_name", ("blue",)),)),
        ("lead", ("*",), "marts.mart_savings__daily", None, None),
        ("person", (), PRODUCED, ("n_lines_added",), (("person_id", ("p",)),)),
        ("person", ("*",), TABLE, None, None),
        ("admin", ("*",), "marts.nothing", None, None),
        ("root", ("*",), TABLE, None, None),
    ],
)
def test_rule_of_a_table(
    staffed: Service,
    role: str,
    organizations: tuple[str, ...],
    table: str,
    columns: tuple[str, ...] | None,
    found: tuple[object, ...] | None,
) -> None:
    view = staffed.app.state.follower.current
    is_own = role in ("lead", "person")
    who = Principal("t", role, frozenset(organizations), "p" if is_own else None, frozenset({"blue"} if role == "lead" else ()))  # fmt: skip
    expected = None if found is None else {table: RowRule(found)}  # type: ignore[arg-type]
    assert rules(who, view, {table: columns}) == expected
    # What is read together is allowed together.
    assert rules(who, view, {table: columns, "marts.nothing": None}) is None
    if expected is not None and view.has(table):
        mart = view.marts[table]
        sql, bound = expected[table].relation(mart)
        assert view.cursor().execute(f"select count(*) from {sql}", bound).fetchone() is not None
        read = mart.columns if columns is None else {name: mart.columns[name] for name in columns}
        assert names_persons(view, {table: columns}) == bool(personal_columns(read))


def test_a_calendar_beside_own_rows_takes_nothing_away(
    staffed: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A person's weeks are the own days beside a calendar, which has no column of persons."""
    monkeypatch.setattr(row_rules, "CALENDARS", frozenset({TABLE}))
    view = staffed.app.state.follower.current
    who = Principal("t", "person", frozenset(), "p", frozenset())
    own = RowRule((("person_id", ("p",)),))
    assert rules(who, view, {PRODUCED: None, TABLE: None}) == {PRODUCED: own, TABLE: RowRule()}
    assert rules(who, view, {TABLE: None}) is None
    assert rules(who, view, {"marts.mart_savings__daily": None, TABLE: None}) is None
