"""Metabase's own validators, from npm: of its file format, of the bodies that its API takes, and of the stand-in's answers."""

import copy
import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from dashboards.definition import Board
from dashboards.metabase.apply import Desired, Walk
from dashboards.metabase.client import Client
from dashboards.metabase.export import export
from dashboards.metabase.mail import body
from tests.integration.dashboards.conftest import desired_of, settings_of
from tests.integration.dashboards.fake_metabase import API_KEY, FakeMetabase
from tests.integration.dashboards.test_payloads import bodies
from tests.node import run

Json = dict[str, Any]


def _exported(folder: Path, desired: Desired) -> dict[str, bytes]:
    files = export(
        folder,
        list(desired.boards),
        warehouse=desired.warehouse,
        database="AI usage",
        collection="AI usage",
        creator="analytics@example.com",
    )
    return {str(file.relative_to(folder)): file.read_bytes() for file in files}


def test_exported_files_are_the_same_in_every_run(desired: Desired, tmp_path: Path) -> None:
    first = _exported(tmp_path / "one", desired)
    stale = tmp_path / "one" / "collections" / "ai_usage" / "cards" / "gone.yaml"
    stale.write_text("name: Gone\n", encoding="utf-8")
    assert _exported(tmp_path / "one", desired) == first == _exported(tmp_path / "two", desired)
    assert not stale.exists()
    assert len(first) == 9


def test_exported_files_pass_metabases_validator(desired: Desired, tmp_path: Path) -> None:
    _exported(tmp_path, desired)
    said = run("representations", "validate-schema", "--folder", str(tmp_path)).stdout
    assert "9 passed, 0 failed" in said


@cache
def _schema(command: str) -> Json:
    return dict(json.loads(run("mb", *command.split(), "--help", "--json").stdout)["inputSchema"])


@cache
def _query_validator() -> Draft202012Validator:
    bundle = json.loads(run("mb", "query", "--print-schema").stdout)
    others: Json = {**bundle["defs"], "query.yaml": bundle["schema"]}
    registry: Registry[Any] = Registry().with_resources(
        (
            name,
            Resource.from_contents(
                {"$schema": "https://json-schema.org/draft/2020-12/schema", **one}
            ),
        )
        for name, one in others.items()
    )
    return Draft202012Validator({"$ref": "query.yaml"}, registry=registry)


def _faults(schema: Json, value: object) -> list[str]:
    return [
        f"{error.json_path}: {error.message}"
        for error in Draft202012Validator(schema).iter_errors(value)
    ]


def test_bodies_pass_the_schemas_of_metabases_program(
    boards: dict[str, Board], tmp_path: Path
) -> None:
    key = tmp_path / "key.json"
    key.write_text("{}", encoding="utf-8")
    for settings in (
        settings_of(),
        settings_of(WAREHOUSE="bigquery", BIGQUERY_PROJECT="p", METABASE_BIGQUERY_KEY=str(key)),
    ):
        made = bodies(desired_of(boards, settings), stages=True)
        board = made.pop("overview")
        assert _faults(_schema("dashboard update"), board) == []
        for card in made.values():
            assert _faults(_schema("card create"), card) == []
            query = card["dataset_query"]
            assert [error.message for error in _query_validator().iter_errors(query)] == []


def test_the_schemas_bite(desired: Desired) -> None:
    made = bodies(desired, stages=True)
    card, board = (copy.deepcopy(made[name]) for name in ("overview/spend", "overview"))
    card["description"] = ""
    assert _faults(_schema("card create"), card)
    tag = card["dataset_query"]["stages"][0]["template-tags"]["dates"]
    tag["dimension"] = ["field", 501, None]
    assert list(_query_validator().iter_errors(card["dataset_query"]))
    board["parameters"][0]["type"] = "date/all"
    assert _faults(_schema("dashboard update"), board)


def test_a_mail_passes_the_schema(client: Client, fake: FakeMetabase, desired: Desired) -> None:
    Walk(client, desired, write=True, wait=lambda _seconds: None).run()
    (board,) = fake.dashboards.values()
    assert _faults(_schema("subscription create"), body(desired.mails["overview"], board)) == []


def test_metabases_program_reads_what_was_written(
    client: Client, fake: FakeMetabase, desired: Desired, tmp_path: Path
) -> None:
    """Its schemas of answers hold the stand-in to account."""
    Walk(client, desired, write=True, wait=lambda _seconds: None).run()
    (board,) = fake.dashboards
    (mail,) = fake.pulses
    (collection,) = fake.collections
    card = min(fake.cards)
    for command in (
        f"dashboard get {board} --full",
        f"card get {card} --full",
        f"subscription get {mail}",
        f"collection items {collection}",
    ):
        said = run(
            "mb",
            *command.split(),
            "--json",
            "--max-bytes",
            "0",
            "--skip-preflight",
            "--url",
            fake.url,
            "--api-key",
            API_KEY,
            HOME=str(tmp_path),
            XDG_CONFIG_HOME=str(tmp_path),
        ).stdout
        assert json.loads(said), command


@pytest.fixture(autouse=True)
def _no_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("METABASE_URL", "METABASE_API_KEY"):
        monkeypatch.delenv(name, raising=False)
