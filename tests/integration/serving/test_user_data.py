"""A person's data over HTTP: shown whole and alone, gone from answers at once, without telling who is known."""

import json
import re
from pathlib import Path

import pytest

from persons.keys import load_key
from privacy import jobs
from privacy.audit import LOG_FILE, AuditLog
from serving.api.tokens import EVERY_ORGANIZATION
from tests.service import Service

ANNA, ALIAS, BOB = "anna.berg@x.example", "ABerg@y.example", "bob.holm@x.example"
PEOPLE = (
    "create or replace table marts.dim_people (person_id varchar, person_email varchar, person_name varchar,"
    " manager_email varchar, team_name varchar)",
    f"insert into marts.dim_people values (md5('{ANNA}'), '{ANNA}', 'Anna Berg', '{BOB}', 'Search'),"
    f" (md5('{BOB}'), '{BOB}', 'Bob Holm', '{ANNA}', 'Search'),"
    " ('x', 'joanna.berg@x.example', 'Joanna Berg', null, 'Search')",
    "create or replace table marts.dim_person_aliases (alias_type varchar, alias_value varchar, person_email varchar)",
    f"insert into marts.dim_person_aliases values ('email', '{ANNA}', '{ANNA}'),"
    f" ('email', '{ALIAS.lower()}', '{ANNA}'), ('cursor_user_id', 'user_01Anna', '{ANNA}'),"
    f" ('email', '{BOB}', '{BOB}')",
    "create or replace table marts.fct_ai_spend_daily (person_email varchar, usage_date date, spend_usd decimal(38, 9))",
    f"insert into marts.fct_ai_spend_daily values ('{ANNA}', '2026-05-29', 1.5), ('{BOB}', '2026-05-29', 2),"
    f" ('{ANNA}', '2026-05-28', 0.25), (null, '2026-05-29', 4)",
    "create or replace table quality.dq_results (finding varchar, n_rows bigint)",
    f"insert into quality.dq_results values ('{ALIAS} and {BOB} share a key', 1)",
)


@pytest.fixture
def people(service: Service) -> Service:
    service.change(*PEOPLE)
    service.look()
    return service


def _export(service: Service, subject: str) -> tuple[bytes, dict[str, list[dict[str, object]]]]:
    with service.client(EVERY_ORGANIZATION, role="privacy_officer") as client:
        answer = client.get("/user/data/export", params={"subject": subject})
    assert answer.status_code == 200, answer.text
    document = answer.json()
    return answer.content, {one["table"]: one["rows"] for one in document["tables"]}


def test_everything_published_on_a_person_is_shown(people: Service) -> None:
    for subject in (ANNA, " Anna.Berg@X.example ", ALIAS, "USER_01anna"):
        _, tables = _export(people, subject)
        assert [row["spend_usd"] for row in tables["marts.fct_ai_spend_daily"]] == [
            "0.250000",
            "1.500000",
        ]
        assert len(tables["marts.dim_person_aliases"]) == 3
        assert len(tables["marts.dim_people"]) == 1


def test_nothing_of_somebody_else_is_shown(people: Service) -> None:
    content, tables = _export(people, ANNA)
    for name in (b"bob", b"Bob", b"joanna", b"Joanna"):
        assert name not in content
    assert tables["marts.dim_people"][0]["manager_email"] == "[another person]"
    assert tables["quality.dq_results"][0]["finding"] == f"{ALIAS} and [another person] share a key"


def test_an_export_explains_itself_and_is_the_same_twice(people: Service) -> None:
    first, _ = _export(people, ANNA)
    assert _export(people, ANNA)[0] == first
    document = json.loads(first)
    assert document["n_rows"] == sum(one["n_rows"] for one in document["tables"]) == 7
    for one in document["tables"]:
        assert one["purpose"]
        assert one["origin"]
        assert one["retention"]
        assert one["n_rows"] == len(one["rows"])
    fields = {one["table"]: one["fields"] for one in document["tables"]}
    assert fields["marts.dim_people"]["person_email"]


def test_amounts_of_an_export_are_those_of_every_answer(people: Service) -> None:
    people.change(
        "create table marts.amounts as select * from (values"
        f" ('{ANNA}', cast(0 as decimal(38, 9)), cast(0.0000005 as decimal(38, 9)), cast(1e-9 as decimal(38, 9))),"
        f" ('{BOB}', 1, 1, 1)) as t (person_email, spend_usd, billed_cost, spend_usd_per_task)"
    )
    people.look()
    content, tables = _export(people, ANNA)
    assert tables["marts.amounts"] == [
        {
            "person_email": ANNA,
            "spend_usd": "0.000000",
            "billed_cost": "0.000001",
            "spend_usd_per_task": "0.000000001",
        }
    ]
    assert not re.search(rb"\d[eE][+-]?\d", content)


def test_an_unknown_person_gets_the_same_document_and_the_same_request(people: Service) -> None:
    known = json.loads(_export(people, ANNA)[0])
    unknown = json.loads(_export(people, "nobody@x.example")[0])
    assert known.keys() == unknown.keys()
    assert [one["table"] for one in known["tables"]] == [one["table"] for one in unknown["tables"]]
    assert unknown["n_rows"] == 0
    with people.client(EVERY_ORGANIZATION, role="privacy_officer") as client:
        answers = [
            client.delete("/user/data", params={"subject": subject})
            for subject in (ANNA, "nobody@x.example")
        ]
    assert [answer.status_code for answer in answers] == [202, 202]
    first, second = (answer.json() for answer in answers)
    assert first.keys() == second.keys() == {"job_id", "status", "requested_at"}
    assert first["status"] == second["status"] == "pending"


def test_the_person_is_gone_at_once_and_the_totals_stay(people: Service) -> None:
    reader = people.client(EVERY_ORGANIZATION, role="admin")
    address = "/analytics/marts/fct_ai_spend_daily"
    before = reader.get(address)
    with people.client(EVERY_ORGANIZATION, role="privacy_officer") as client:
        job = client.delete("/user/data", params={"subject": ALIAS}).json()
        again = client.delete("/user/data", params={"subject": f" {ALIAS.upper()}"}).json()
        shown = client.get(f"/user/data/erasures/{job['job_id']}").json()
    assert job["job_id"] == again["job_id"] == shown["job_id"]
    after = reader.get(address, headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200  # a kept copy of before is not right any more
    amounts = [row["spend_usd"] for row in after.json()["rows"]]
    assert amounts == [row["spend_usd"] for row in before.json()["rows"]]
    emails = {row["person_email"] for row in after.json()["rows"]}
    (hidden,) = {email for email in emails if email and email.startswith("erased-")}
    assert emails == {hidden, BOB, None}
    for mart in ("dim_people", "dim_person_aliases", "dq_results"):
        text = reader.get(f"/analytics/marts/{mart}").text.lower()
        assert '"joanna.berg@x.example"' in text or mart != "dim_people"
        for name in (f'"{ANNA}', "aberg@", '"anna berg', "user_01anna"):
            assert name not in text
    assert (
        reader.get("/analytics/marts/dim_people", params={"person_email": ANNA}).json()["rows"]
        == []
    )
    reader.close()


def test_the_id_of_links_is_gone_with_the_name(people: Service) -> None:
    """Whoever kept a link to Anna would find her rows by it, as long as she waits; also where it stands among others."""
    anna, bob = "0a1b2c3d4e5f60718293a4b5c6d7e8f9", "ffeeddccbbaa99887766554433221100"
    people.change(
        f"update marts.dim_people set person_id = case person_email when '{ANNA}' then '{anna}' else '{bob}' end",
        "create table marts.charges as select * from (values"
        f""" ('{anna}', '{{"person_id": "{anna}", "team": "Search"}}', '{anna}', 1),"""
        f""" ('{bob}', '{{"person_id": "{bob}"}}', '{bob}', 2)) as t (person_id, tags, x_of, n_charges)""",
    )
    people.look()
    with people.client(EVERY_ORGANIZATION, role="privacy_officer") as officer:
        assert officer.delete("/user/data", params={"subject": ALIAS}).status_code == 202
    with people.client(EVERY_ORGANIZATION, role="admin") as reader:
        for mart in ("dim_people", "charges"):
            text = reader.get(f"/analytics/marts/{mart}").text
            assert (anna in text, bob in text) == (False, True), mart
        rows = reader.get("/analytics/marts/charges").json()["rows"]
        (core,) = {
            core
            for row in reader.get("/analytics/marts/dim_people").json()["rows"]
            for core in re.findall("^erased-[0-9a-f]{16}", row["person_email"])
        }
        assert [(row["n_charges"], row["person_id"], row["tags"]) for row in rows] == [
            (1, f"{core}.id", f'{{"person_id": "{core}.id", "team": "Search"}}'),
            (2, bob, f'{{"person_id": "{bob}"}}'),
        ]
        found = reader.get("/analytics/marts/charges", params={"person_id": anna}).json()["rows"]
        assert found == []


@pytest.mark.parametrize("subject", ["org-01", "2024-01-01", "12345678", "nobody@x.example"])
def test_whatever_is_asked_for_is_answered_alike_and_its_end_is_told(
    people: Service, subject: str
) -> None:
    state = people.settings.state_dir
    with people.client(EVERY_ORGANIZATION, role="privacy_officer") as client:
        answer = client.delete("/user/data", params={"subject": subject})
        assert (answer.status_code, answer.json()["status"]) == (202, "pending")
        job = jobs.read(state, answer.json()["job_id"])
        if "@" in subject:
            jobs.save(state, job.closed(jobs.DONE, detail=jobs.NOTHING_HELD))
        else:
            jobs.save(state, job.closed(jobs.FAILED, problem="Ask again with an e-mail"))
        found = client.get(f"/user/data/erasures/{job.job_id}").json()
    assert subject not in str(found)
    assert {"detail", "problem"} & found.keys() == {"detail" if "@" in subject else "problem"}
    assert found["status"] == ("done" if "@" in subject else "failed")


@pytest.mark.parametrize("role", ["viewer", "admin"])
def test_nobody_else_may_ask(people: Service, role: str) -> None:
    with people.client(EVERY_ORGANIZATION, role=role) as client:
        for answer in (
            client.get("/user/data/export", params={"subject": ANNA}),
            client.delete("/user/data", params={"subject": ANNA}),
            client.get("/user/data/erasures/" + "0" * 32),
        ):
            assert answer.status_code == 403
            assert "berg" not in answer.text
    assert jobs.Register(people.settings.state_dir).look() == ()


def test_an_officer_of_one_organisation_may_not_ask_for_all(people: Service) -> None:
    with people.client("north", role="privacy_officer") as client:
        assert client.get("/user/data/export", params={"subject": ANNA}).status_code == 403
        assert client.delete("/user/data", params={"subject": ANNA}).status_code == 403


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/user/data/export"),
        ("DELETE", "/user/data"),
        ("GET", "/user/data/erasures/" + "0" * 32),
    ],
)
def test_parameter_that_does_not_exist_is_refused_and_nothing_is_done(
    people: Service, method: str, path: str
) -> None:
    sent = {"table": "dim_people"} | ({} if "erasures" in path else {"subject": ANNA})
    with people.client(EVERY_ORGANIZATION, role="privacy_officer") as client:
        answer = client.request(method, path, params=sent)
    assert answer.status_code == 422
    assert [error["where"] for error in answer.json()["errors"]] == ["query.table"]
    assert jobs.Register(people.settings.state_dir).look() == ()


@pytest.mark.parametrize("subject", ["@@@", "...", "___", "  \x80 ", "\x01anna@x.example"])
def test_subject_that_names_nobody_is_refused(people: Service, subject: str) -> None:
    with people.client(EVERY_ORGANIZATION, role="privacy_officer") as client:
        for method, path in (("GET", "/user/data/export"), ("DELETE", "/user/data")):
            answer = client.request(method, path, params={"subject": subject})
            assert answer.status_code == 422
            assert [error["where"] for error in answer.json()["errors"]] == ["query.subject"]
    assert jobs.Register(people.settings.state_dir).look() == ()
    with pytest.raises(jobs.JobError, match="letters or digits"):
        jobs.request(people.settings.state_dir, ["@@@"], requested_by="test")


@pytest.mark.parametrize("job_id", ["0" * 32, "..%2F..%2Ftokens", "x"])
def test_an_unknown_erasure_is_not_found(people: Service, job_id: str) -> None:
    with people.client(EVERY_ORGANIZATION, role="privacy_officer") as client:
        assert client.get(f"/user/data/erasures/{job_id}").status_code == 404


def test_export_and_request_are_in_the_audit_log_without_the_person(people: Service) -> None:
    _export(people, ANNA)
    with people.client(EVERY_ORGANIZATION, role="privacy_officer") as client:
        client.delete("/user/data", params={"subject": ALIAS})
    state: Path = people.settings.state_dir
    log = AuditLog(state, load_key(state, None))
    lines = [json.loads(line) for line in (state / LOG_FILE).read_text().splitlines()]
    found = {line["action"]: line["subject"] for line in lines if line["subject"]}
    assert found == {
        "export_data": log.pseudonym(ANNA),
        "delete_data": log.pseudonym(ALIAS),
    }
    assert log.verify() == len(lines)
    assert "berg" not in (state / LOG_FILE).read_text().lower()
