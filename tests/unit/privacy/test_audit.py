"""The audit log: what it writes, what it refuses, and that no change of it stays unseen."""

import hashlib
import json
from pathlib import Path

import pytest

from persons.keys import Key, KeyProblemError, load_key
from privacy.audit import (
    END_BYTES,
    LINES_AT_ONCE,
    LOG_FILE,
    NEWEST_FILE,
    NOTHING_BEFORE,
    AuditError,
    AuditLog,
    Checked,
    Entry,
)

KEY = Key(b"k" * 32)


@pytest.fixture
def log(tmp_path: Path) -> AuditLog:
    found = AuditLog(tmp_path, KEY)
    for number in range(3):
        found.record(
            "token_7f",
            "view_personal_data",
            subject=f" Person{number}@X.example",
            organization="org-1",
            resource="/api/v1/user/data/export",
        )
    return found


def _lines(folder: Path) -> list[str]:
    return (folder / LOG_FILE).read_text(encoding="utf-8").splitlines()


def test_a_line_says_who_what_whose_where_and_when_and_nothing_else(
    log: AuditLog, tmp_path: Path
) -> None:
    line = json.loads(_lines(tmp_path)[1])
    assert set(line) == {
        *("number", "at", "actor", "action", "subject", "organization", "resource"),
        *("result", "count", "key", "before", "hash"),
    }
    assert (line["result"], line["count"]) == ("granted", 1)
    assert (line["number"], line["actor"], line["organization"]) == (2, "token_7f", "org-1")
    assert line["subject"] == log.pseudonym("person1@x.EXAMPLE ")
    assert "person" not in (tmp_path / LOG_FILE).read_text(encoding="utf-8").replace(
        "view_personal_data", ""
    )


def test_another_key_gives_another_pseudonym(log: AuditLog, tmp_path: Path) -> None:
    other = AuditLog(tmp_path, Key(b"x" * 32))
    assert other.pseudonym("person1@x.example") != log.pseudonym("person1@x.example")


def test_a_whole_log_is_verified(log: AuditLog) -> None:
    assert log.verify() == 3


def test_a_changed_line_is_found(log: AuditLog, tmp_path: Path) -> None:
    lines = _lines(tmp_path)
    lines[1] = lines[1].replace("org-1", "org-2")
    (tmp_path / LOG_FILE).write_text("\n".join(lines) + "\n", encoding="utf-8")
    with pytest.raises(AuditError, match="line 2 is not what was written"):
        log.verify()


@pytest.mark.parametrize("number", [0, 1])
def test_a_line_taken_out_is_found(log: AuditLog, tmp_path: Path, number: int) -> None:
    lines = _lines(tmp_path)
    del lines[number]
    (tmp_path / LOG_FILE).write_text("\n".join(lines) + "\n", encoding="utf-8")
    with pytest.raises(AuditError, match=f"line {number + 1} is not what was written"):
        log.verify()


def test_lines_cut_off_at_the_end_are_found(log: AuditLog, tmp_path: Path) -> None:
    (tmp_path / LOG_FILE).write_text("\n".join(_lines(tmp_path)[:2]) + "\n", encoding="utf-8")
    with pytest.raises(AuditError, match="ends with line 2, but 3 were written"):
        log.verify()


def test_text_in_place_of_a_line_is_found(log: AuditLog, tmp_path: Path) -> None:
    with (tmp_path / LOG_FILE).open("a", encoding="utf-8") as file:
        file.write("not a line\n")
    with pytest.raises(AuditError, match="line 4 is not a line"):
        log.verify()


def _record(log: AuditLog) -> None:
    log.record("token_7f", "export_data", subject=None, organization=None, resource="/x")


@pytest.mark.parametrize("n_unknown", [1, 2, 3])
def test_lines_whose_number_was_not_noted_any_more_are_taken_up(
    log: AuditLog, tmp_path: Path, n_unknown: int
) -> None:
    noted = (tmp_path / NEWEST_FILE).read_text(encoding="ascii")
    for _ in range(n_unknown):
        _record(log)
    (tmp_path / NEWEST_FILE).write_text(noted, encoding="ascii")
    assert log.verify() == 3 + n_unknown
    _record(log)
    assert log.verify() == 4 + n_unknown


def test_first_line_whose_number_was_not_noted_is_taken_up(log: AuditLog, tmp_path: Path) -> None:
    (tmp_path / NEWEST_FILE).unlink()
    _record(log)
    assert log.verify() == 4


def test_writer_that_is_killed_before_it_notes_the_number_breaks_nothing(
    log: AuditLog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("privacy.audit._replace", killed)
        with pytest.raises(KeyboardInterrupt):
            _record(log)
    _record(log)
    assert log.verify() == 5
    assert [json.loads(line)["number"] for line in _lines(tmp_path)] == [1, 2, 3, 4, 5]


def test_piece_of_a_line_of_a_killed_writer_is_cut_off(log: AuditLog, tmp_path: Path) -> None:
    with (tmp_path / LOG_FILE).open("a", encoding="utf-8") as file:
        file.write('{"number": 4, "at"')
    assert log.verify() == 3
    _record(log)
    assert log.verify() == 4


def test_noted_line_that_lost_its_end_of_line_stays(log: AuditLog, tmp_path: Path) -> None:
    (tmp_path / LOG_FILE).write_text("\n".join(_lines(tmp_path)), encoding="utf-8")
    assert log.verify() == 3
    _record(log)
    assert log.verify() == 4


def test_a_long_log_is_continued_from_its_end(log: AuditLog, tmp_path: Path) -> None:
    log.record_all([Entry("token_7f", "export_data", "/x")] * 300)
    assert (tmp_path / LOG_FILE).stat().st_size > END_BYTES
    noted = (tmp_path / NEWEST_FILE).read_text(encoding="ascii")
    _record(log)
    (tmp_path / NEWEST_FILE).write_text(noted, encoding="ascii")
    assert log.verify() == 304


def test_line_is_on_the_disk_before_its_number_is_noted(
    log: AuditLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    monkeypatch.setattr("privacy.audit.os.fsync", lambda _: done.append("disk"))
    monkeypatch.setattr("privacy.audit._replace", lambda *_: done.append("noted"))
    _record(log)
    assert done == ["disk", "noted"]


def test_many_lines_are_written_together_and_in_order(log: AuditLog, tmp_path: Path) -> None:
    many = [Entry("token_7f", "use_token", "/x", count=n) for n in range(1, 2 * LINES_AT_ONCE + 2)]
    log.record_all(many)
    assert log.verify() == 3 + len(many)
    assert [json.loads(line)["count"] for line in _lines(tmp_path)[3:]] == [
        entry.count for entry in many
    ]


def test_nothing_to_write_touches_nothing(tmp_path: Path) -> None:
    AuditLog(tmp_path / "state", KEY).record_all([])
    assert not (tmp_path / "state").exists()


def test_writer_of_many_of_the_longest_lines_that_is_killed_breaks_nothing(
    log: AuditLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    longest = Entry("a" * 200, "view_personal_data", "r" * 200, "o" * 200, "anna", "granted", 10**9)
    log.record_all([longest])
    with monkeypatch.context() as patched:
        patched.setattr("privacy.audit._replace", killed)
        with pytest.raises(KeyboardInterrupt):
            log.record_all([longest] * 1_000)
    _record(log)
    assert log.verify() == 4 + LINES_AT_ONCE + 1


def test_log_of_an_earlier_version_is_verified_and_continued(tmp_path: Path) -> None:
    before = NOTHING_BEFORE
    for number in (1, 2):
        line = {
            "number": number,
            "at": "2026-11-01T00:00:00.000+00:00",
            "actor": "token:7f",
            "action": "view_analytics",
            "subject": None,
            "organization": "org-1",
            "resource": "/x",
            "before": before,
        }
        text = json.dumps(line, sort_keys=True, separators=(",", ":"))
        before = hashlib.sha256(text.encode()).hexdigest()
        with (tmp_path / LOG_FILE).open("a", encoding="utf-8") as file:
            file.write(json.dumps({**line, "hash": before}) + "\n")
    (tmp_path / NEWEST_FILE).write_text(f"2 {before}\n", encoding="ascii")
    log = AuditLog(tmp_path, KEY)
    assert log.verify() == 2
    _record(log)
    assert log.verify() == 3
    assert json.loads(_lines(tmp_path)[2])["before"] == before


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("actor", "anna@x.example"),
        ("organization", "the company of anna"),
        ("resource", "/api/v1/user/data?subject=anna"),
    ],
)
def test_an_address_a_sentence_or_a_query_is_refused_and_not_repeated(
    log: AuditLog, tmp_path: Path, field: str, value: str
) -> None:
    given = {"actor": "token_7f", "organization": "org-1", "resource": "/x", field: value}
    with pytest.raises(AuditError) as caught:
        log.record(
            given["actor"],
            "export_data",
            subject=None,
            organization=given["organization"],
            resource=given["resource"],
        )
    assert "anna" not in str(caught.value)
    assert len(_lines(tmp_path)) == 3


def test_an_unknown_action_is_refused(log: AuditLog) -> None:
    with pytest.raises(AuditError, match="action"):
        log.record("token_7f", "look", subject=None, organization=None, resource="/x")


def test_an_unknown_result_is_refused() -> None:
    with pytest.raises(AuditError, match="result"):
        Entry("token_7f", "use_token", "/x", result="perhaps")


def test_an_entry_does_not_show_the_person() -> None:
    assert "anna" not in repr(Entry("token_7f", "export_data", "/x", subject="anna@x.example"))


def test_only_the_owner_reads_the_log(log: AuditLog, tmp_path: Path) -> None:
    assert log.verify() == 3
    for name in (LOG_FILE, NEWEST_FILE):
        assert (tmp_path / name).stat().st_mode & 0o077 == 0


def test_a_key_is_made_once_and_readable_by_its_owner_only(tmp_path: Path) -> None:
    first = load_key(tmp_path / "state", None).digest("p", "a")
    assert load_key(tmp_path / "state", None).digest("p", "a") == first
    path = tmp_path / "state" / "privacy.key"
    assert path.stat().st_mode & 0o077 == 0
    path.chmod(0o644)
    with pytest.raises(KeyProblemError, match="chmod 600"):
        load_key(tmp_path / "state", None)


def test_a_given_key_makes_no_file_and_is_never_without_others(tmp_path: Path) -> None:
    key = load_key(tmp_path / "state", "s" * 40)
    assert not (tmp_path / "state").exists()
    assert "ssss" not in repr(key)
    with pytest.raises(KeyProblemError, match="shorter than 32"):
        load_key(tmp_path / "state", "short")


def test_line_made_without_the_key_is_found(log: AuditLog, tmp_path: Path) -> None:
    """Whoever can write both files makes a chain of their own: plain hashes, and the number noted."""
    lines = [json.loads(line) for line in _lines(tmp_path)]
    for forged_from in (0, 2):
        before, made = NOTHING_BEFORE, []
        for at, one in enumerate(lines):
            line = {name: value for name, value in one.items() if name != "hash"} | {
                "before": before
            }
            if at >= forged_from:
                line["actor"] = "somebody_else"
                line.pop("key")
            text = json.dumps(line, sort_keys=True, separators=(",", ":"))
            before = hashlib.sha256(text.encode()).hexdigest() if at >= forged_from else one["hash"]
            made.append(json.dumps({**line, "hash": before}))
        (tmp_path / LOG_FILE).write_text("\n".join(made) + "\n", encoding="utf-8")
        (tmp_path / NEWEST_FILE).write_text(f"3 {before}\n", encoding="ascii")
        if forged_from:
            with pytest.raises(AuditError, match="line 3 is not sealed as the one before"):
                log.checked()
        else:  # all of it anew: it can be told from a log of before only by whoever knows that there was a key
            assert log.checked() == Checked(3, n_plain=3)


def test_line_that_claims_the_key_and_was_made_without_it_is_found(
    log: AuditLog, tmp_path: Path
) -> None:
    lines = _lines(tmp_path)
    line = json.loads(lines[-1]) | {"actor": "somebody_else"}
    line.pop("hash")
    text = json.dumps(line, sort_keys=True, separators=(",", ":"))
    digest = hashlib.sha256(text.encode()).hexdigest()
    lines[-1] = json.dumps({**line, "hash": digest})
    (tmp_path / LOG_FILE).write_text("\n".join(lines) + "\n", encoding="utf-8")
    (tmp_path / NEWEST_FILE).write_text(f"3 {digest}\n", encoding="ascii")
    with pytest.raises(AuditError, match="line 3 is not what was written"):
        log.verify()


def test_log_goes_on_with_another_key_and_says_which_lines_it_cannot_prove(
    log: AuditLog, tmp_path: Path
) -> None:
    other = AuditLog(tmp_path, Key(b"x" * 32))
    _record(other)
    assert other.checked() == Checked(4, n_of_other_keys=3)
    # Under the key of before, a line of another one after its own is none of its.
    with pytest.raises(AuditError, match="line 4"):
        log.checked()


@pytest.mark.parametrize("left", [b"", b"3", b"3 ", b"three 0\n", b"3 abc\n", b"\xff\x00"])
def test_log_goes_on_where_its_noted_end_is_empty_or_cut(
    log: AuditLog, tmp_path: Path, left: bytes
) -> None:
    (tmp_path / NEWEST_FILE).write_bytes(left)
    assert log.checked() == Checked(3, is_end_known=False)
    _record(log)
    assert log.checked() == Checked(5)
    assert [json.loads(line)["action"] for line in _lines(tmp_path)][3:] == [
        "recover_log",
        "export_data",
    ]


def test_log_goes_on_where_the_noted_end_of_a_long_one_is_gone_and_its_last_line_is_cut(
    log: AuditLog, tmp_path: Path
) -> None:
    log.record_all([Entry("token_7f", "export_data", "/x")] * 200)
    assert (tmp_path / LOG_FILE).stat().st_size > END_BYTES
    (tmp_path / NEWEST_FILE).unlink()
    with (tmp_path / LOG_FILE).open("a", encoding="utf-8") as file:
        file.write('{"number": 204, "at"')
    _record(log)
    assert log.checked() == Checked(205)
    assert json.loads(_lines(tmp_path)[203])["action"] == "recover_log"
