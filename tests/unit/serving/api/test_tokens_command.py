import json
from pathlib import Path

import pytest

from persons.keys import Key
from persons.person_ids import person_id
from serving.__main__ import main
from serving.config import read_settings
from serving.server import greeting
from tests.naming import names_somebody


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setenv("PUBLISH_DIR", str(tmp_path / "published"))
    monkeypatch.setenv("PRIVACY_KEY", "k" * 40)
    return tmp_path / "state"


def _said(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> str:
    assert main(["tokens", *arguments]) == code
    return capsys.readouterr().out


def test_token_is_shown_once(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bound = ("--organization", "acme", "--organization", "b", "--role", "viewer")
    assert main(["tokens", "create", *bound]) == 0
    said, beside = capsys.readouterr()
    (token,) = said.splitlines()  # alone, so that it can be led into a file
    assert "not shown again" in beside
    assert "no tasks of acme, b are published; organisations that have some: none" in beside
    _, token_id, secret = token.split("_", 2)
    assert len(secret) >= 43  # 256 bits
    assert secret not in (state / "tokens.json").read_text()
    listed = _said(capsys, "list")
    assert secret not in listed
    assert listed.split()[:4] == [token_id, "-", "viewer", "valid"]
    assert listed.split()[-1] == "acme,b"


def test_revoked_token_is_listed_as_such(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    token_id = _said(capsys, "create", "--organization", "*", "--role", "admin").split("_")[1]
    assert "opens nothing any more" in _said(capsys, "revoke", token_id)
    assert "revoked" in _said(capsys, "list")
    assert "no token" in _said(capsys, "revoke", token_id, code=1)
    actions = [
        json.loads(line)["action"] for line in (state / "audit.jsonl").read_text().splitlines()
    ]
    assert actions == ["create_token", "revoke_token"]


def test_a_token_is_known_by_what_it_is_for(
    state: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """In the list; not in the log, whose lines nobody can take back."""
    made = ("create", "--organization", "*", "--role", "viewer", "--name", "finance-sheet")
    token_id = _said(capsys, *made).split("_")[1]
    assert _said(capsys, "list").split()[:3] == [token_id, "finance-sheet", "viewer"]
    _said(capsys, "revoke", token_id)
    noted = [json.loads(line) for line in (state / "audit.jsonl").read_text().splitlines()]
    assert [line["resource"] for line in noted] == [f"token:{token_id}"] * 2


def test_wrong_arguments_are_refused(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (
        ["create", "--role", "viewer"],
        ["create", "--organization", "a", "--role", "root"],
        ["create", "--organization", "a", "--role", "viewer", "--days", "0"],
        ["create", "--organization", "a", "--role", "viewer", "--name", "anna@x.example"],
        ["create", "--organization", "a", "--role", "viewer", "--name", ""],
    ):
        with pytest.raises(SystemExit):
            main(["tokens", *arguments])
    capsys.readouterr()
    assert not (state / "tokens.json").exists()


ADDRESS = "Ada@one.example"


def test_token_of_a_person_names_nobody(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["tokens", "create", "--role", "lead", "--person", ADDRESS, "--team", "blue"]) == 0
    made, said = capsys.readouterr()
    (entry,) = json.loads((state / "tokens.json").read_text())["tokens"]
    assert entry["person_id"] == person_id(Key(b"k" * 40), "ada@one.example")
    assert (entry["organizations"], entry["teams"]) == ([], ["blue"])
    for text in (
        made,
        said,
        (state / "tokens.json").read_text(),
        (state / "audit.jsonl").read_text(),
    ):
        assert not names_somebody("ada", text)
    assert "opens nothing yet" in said
    assert _said(capsys, "list").split()[-1] == entry["person_id"][:8]


def test_who_a_token_is_of_has_to_fit_its_role(
    state: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for arguments in (
        ["create", "--role", "lead"],
        ["create", "--role", "person", "--organization", "*"],
        ["create", "--role", "person", "--person", "ada"],
        ["create", "--role", "person", "--person", ADDRESS, "--team", "blue"],
        ["create", "--role", "viewer", "--organization", "a", "--person", ADDRESS],
        ["create", "--role", "admin"],
    ):
        with pytest.raises(SystemExit):
            main(["tokens", *arguments])
    capsys.readouterr()
    assert not (state / "tokens.json").exists()


def test_unreadable_store_is_said_and_not_overwritten(
    state: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    state.mkdir()
    (state / "tokens.json").write_text("{")
    (state / "tokens.json").chmod(0o600)
    assert main(["tokens", "create", "--organization", "a", "--role", "viewer"]) == 1
    assert "cannot be read" in capsys.readouterr().err
    assert (state / "tokens.json").read_text() == "{"


def test_service_says_what_is_missing(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = "\n".join(greeting(read_settings()))
    assert "NOTHING TO SERVE YET: run `make run`" in said
    assert "tokens create --organization '*' --role admin" in said
    _said(capsys, "create", "--organization", "*", "--role", "admin")
    assert "tokens create" not in "\n".join(greeting(read_settings()))
    (state / "tokens.json").chmod(0o644)
    assert "NOBODY CAN BE LET IN" in "\n".join(greeting(read_settings()))
