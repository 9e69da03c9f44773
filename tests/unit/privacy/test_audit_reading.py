"""The audit log as somebody reads it: names beside ids, and whatever was done to the file."""

import datetime as dt
from pathlib import Path

import pytest

from persons.keys import Key
from privacy.__main__ import main
from privacy.audit import LOG_FILE, AuditLog
from privacy.tokens import TokenStore

ANNA = "anna@company.example"


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setenv("PRIVACY_KEY", "k" * 40)
    return tmp_path / "state"


@pytest.fixture
def token_id(state: Path) -> str:
    """A token that has looked at what Anna did, after somebody unknown tried."""
    token, _ = TokenStore(state).create(
        "admin", ["*"], at=dt.datetime.now(dt.UTC), days=1, name="finance-sheet"
    )
    log = AuditLog(state, Key(b"k" * 40))
    for actor, subject in (("unknown", None), ("sso_1f", None), (token.token_id, ANNA)):
        log.record(f"token:{actor}", "use_token", subject=subject, organization=None, resource="/x")
    return token.token_id


def test_a_token_is_named_as_the_log_is_read(
    token_id: str, state: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["log"]) == 0
    unknown, signed_on, used, whole = capsys.readouterr().out.splitlines()
    assert f"token:{token_id} (finance-sheet)  use_token  /x  granted" in used
    assert "token:unknown (no token of ours)" in unknown
    assert "token:sso_1f (single sign-on)" in signed_on
    assert whole == "audit log: 3 lines, whole"
    assert "finance-sheet" not in (state / LOG_FILE).read_text()


def test_lines_of_one_person_or_of_some_days(
    token_id: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["log", "--subject", ANNA.upper()]) == 0
    found, _ = capsys.readouterr().out.splitlines()
    assert token_id in found
    assert main(["log", "--days", "0"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 4
    assert main(["log", "--days", "-1"]) == 0  # from tomorrow on
    assert len(capsys.readouterr().out.splitlines()) == 1


def test_a_log_that_was_changed_is_shown_and_said(
    token_id: str, state: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = (state / LOG_FILE).read_text().splitlines(keepends=True)
    lines[0] = lines[0].replace("/x", "/\\u001b[2Jy")
    (state / LOG_FILE).write_text("".join([*lines, "what\n"]))
    (state / "tokens.json").write_text("{")
    assert main(["log"]) == 1
    said = capsys.readouterr()
    assert "/�[2Jy" in said.out
    assert "line 4 is not a line of the log" in said.out
    assert f"token:{token_id} (-)  use_token" in said.out
    assert "have no names below" in said.err
    assert "line 1 is not what was written there" in said.err
