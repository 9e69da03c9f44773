"""Exports of claude.ai: overlapping, broken, growing and deleted files; and a log that never forgets."""

import csv
import datetime as dt
import tracemalloc
from collections.abc import Iterable
from pathlib import Path

import duckdb
import pytest

from extract.landing.sink import Unit
from extract.landing.spool import Spool
from extract.sources.claude_ai.folder import Folder
from extract.sources.claude_ai.tables import AUDIT_LOG
from sandbox.world.audit_log import HEADER
from tests.integration.extract.harness import Bench
from tests.worlds.assistants import activity, audit_line, gemini_event
from tests.worlds.company import DAYS

AUDIT = "select usage_date, count(*) from raw_claude_ai.audit_log group by 1 order by 1"
SECRETS = (
    "203.0.113.77",
    "Mozilla/Secret",
    "device-secret",
    "Falcon",
    "ada@corp.example",
    "Ada Secret",
)


class Exports:
    """A folder of exports that a test fills."""

    def __init__(self, bench: Bench, folder: Path) -> None:
        self.bench, self.folder = bench, folder

    def write(
        self, name: str, lines: Iterable[tuple[str, ...]], header: tuple[str, ...] = HEADER
    ) -> Path:
        path = self.folder / name
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([header, *lines])
        return path

    def load(
        self, *, accept_shrink: bool = False, code: int = 0, until: dt.date | None = None
    ) -> str:
        env = {"CLAUDE_AI_EXPORT_DIR": str(self.folder), "CLAUDE_ANALYTICS_KEY": ""}
        if until:
            env |= {"UNTIL": until.isoformat(), "AS_OF": until.isoformat()}
        loaded = self.bench.load("claude_ai", env=env, accept_shrink=accept_shrink)
        assert loaded.code == code, loaded.text
        return loaded.text


@pytest.fixture
def exports(bench: Bench, tmp_path: Path) -> Exports:
    """Make an empty folder of exports."""
    folder = tmp_path / "exports"
    folder.mkdir()
    return Exports(bench, folder)


def test_overlapping_exports_land_each_line_once(exports: Exports) -> None:
    """Naive: append each file; two lines that differ only in what is dropped become one."""
    first, second = audit_line(DAYS[0], 1), audit_line(DAYS[1], 2)
    elsewhere = (*second[:5], "203.0.113.77", *second[6:])
    exports.write("a.csv", [second, first])
    exports.write("b.csv", [audit_line(DAYS[2], 3), elsewhere, second])
    assert "6 rows read" not in exports.load()
    assert exports.bench.rows(AUDIT) == [(DAYS[0], 1), (DAYS[1], 2), (DAYS[2], 1)]
    before = exports.bench.tables()
    assert "audit_log: 5 rows read, 0 partitions changed" in exports.load()
    assert exports.bench.tables() == before


def test_line_is_the_same_however_it_is_written(exports: Exports) -> None:
    """Naive: a hash of the bytes; a column added to newer exports doubles the log."""
    lines = [audit_line(DAYS[0], 1), audit_line(DAYS[0], 2)]
    exports.write("a.csv", lines)
    exports.write("b.csv", [(*line[:1], "secret word", *line[1:]) for line in lines],
                  (*HEADER[:1], "new_column", *HEADER[1:]))  # fmt: skip
    (exports.folder / "c.csv").write_bytes(
        b"\xef\xbb\xbf" + (exports.folder / "a.csv").read_bytes().replace(b"\r\n", b"\n")
    )
    exports.load()
    assert exports.bench.rows(AUDIT) == [(DAYS[0], 2)]


def test_days_between_are_covered_and_others_left(exports: Exports) -> None:
    """Naive: no line, so zero; or no line, so not read."""
    exports.write("a.csv", [audit_line(DAYS[0]), audit_line(DAYS[0], 1)])
    exports.load()
    loaded = "select partition_id, n_rows from raw_claude_ai.loaded_partitions order by 1"
    assert exports.bench.rows(loaded) == [(str(DAYS[0]), 2)]
    exports.write("b.csv", [audit_line(DAYS[0]), audit_line(DAYS[2])])
    exports.load()
    assert exports.bench.rows(loaded) == [(str(DAYS[0]), 2), (str(DAYS[1]), 0), (str(DAYS[2]), 1)]


def test_hole_between_exports_is_named(exports: Exports) -> None:
    exports.write("a.csv", [audit_line(DAYS[0])])
    exports.write("b.csv", [audit_line(DAYS[2])])
    assert f"no export covers {DAYS[1]} to {DAYS[1]}" in exports.load()


def test_old_day_that_a_later_export_completes_is_completed(exports: Exports) -> None:
    """Naive: a day once loaded is only read again for 30 days."""
    exports.write("a.csv", [audit_line(DAYS[0], 1)])
    late = DAYS[-1] + dt.timedelta(days=60)
    exports.load(until=late)
    exports.write("b.csv", [audit_line(DAYS[0], n) for n in (1, 2, 3)])
    exports.load(until=late)
    assert exports.bench.rows(AUDIT) == [(DAYS[0], 3)]


def test_deleted_export_takes_nothing_away(exports: Exports) -> None:
    """Naive: what is in no file any more is deleted."""
    exports.write("a.csv", [audit_line(day, n) for day in DAYS for n in range(30)])
    exports.load()
    before = exports.bench.rows("select * from raw_claude_ai.audit_log order by all")
    (exports.folder / "a.csv").unlink()
    new = audit_line(DAYS[1], 50)
    exports.write("b.csv", [new, audit_line(DAYS[1], 3)])
    text = exports.load()
    assert "29 rows of 1 days from 2026-06-02 to 2026-06-02 were not sent again" in text
    assert exports.bench.rows(AUDIT) == [(DAYS[0], 30), (DAYS[1], 31), (DAYS[2], 30)]
    after = set(exports.bench.rows("select * from raw_claude_ai.audit_log"))
    assert {row[0] for row in set(before) - after} == {DAYS[1]}, "only the day that grew is written"
    content = exports.bench.tables()
    assert "0 partitions changed" in exports.load()
    assert exports.bench.tables() == content
    exports.load(accept_shrink=True)
    assert exports.bench.rows(AUDIT) == [(DAYS[0], 30), (DAYS[1], 2), (DAYS[2], 30)]


def test_lost_ledger_does_not_forget_deleted_exports(exports: Exports) -> None:
    """Naive: a day whose ledger row is not believed is replaced by what the files still say."""
    exports.write("a.csv", [audit_line(DAYS[0], n) for n in (1, 2)])
    exports.load()
    exports.write("a.csv", [audit_line(DAYS[0], 2)])
    with duckdb.connect(exports.bench.env["DUCKDB_PATH"]) as connection:
        connection.execute("delete from raw_claude_ai.loaded_partitions")
    exports.load()
    assert exports.bench.rows(AUDIT) == [(DAYS[0], 2)]
    hashes = "select count(distinct row_hash), min(length(row_hash)) from raw_claude_ai.audit_log"
    assert exports.bench.rows(hashes) == [(2, 32)]


def test_broken_line_is_quarantined_once_and_the_rest_loads(exports: Exports) -> None:
    good, bad = audit_line(DAYS[1], 1), audit_line(DAYS[1], 2)
    lines = [
        good,
        (bad[0], "{'name': 'Falcon', 'metadata': {'email_address': 'ada@corp.example'", *bad[2:]),
        (bad[0], *bad[1:3], "{'a': " + "[" * 50 + "]" * 50 + "}", *bad[4:]),
        ("yesterday", *bad[1:]),
        (*bad[:2], "Falcon is a secret", *bad[3:]),
        bad[:5],
        (*bad[:4], "{'type': 'chat_project', 'uuid': 'Falcon secret'}", *bad[5:]),
    ]
    exports.write("a.csv", lines)
    exports.write("b.csv", lines)
    exports.load(code=4)
    found = exports.bench.rows(
        "select partition_id, field, reason, payload from raw_claude_ai.quarantine order by 2, 3"
    )
    assert [row[:3] for row in found] == [
        (str(DAYS[1]), "", "expected 9 cells, got 5"),
        (str(DAYS[1]), "actor_info", "not a readable dict"),
        (str(DAYS[1]), "created_at", "expected an RFC 3339 timestamp, got other text"),
        (str(DAYS[1]), "entity_info.uuid",
         "expected a code (letters, digits, _ . : / -), got other text"),
        (str(DAYS[1]), "event", "expected a code (letters, digits, _ . : / -), got other text"),
        (str(DAYS[1]), "event_info", "nested deeper than 8"),
    ]  # fmt: skip
    assert not any(secret in row[3] for row in found for secret in SECRETS)
    assert exports.bench.rows(AUDIT) == [(DAYS[1], 1)]
    exports.write("a.csv", [good])
    exports.write("b.csv", [good])
    exports.load()
    assert exports.bench.rows("select count(*) from raw_claude_ai.quarantine") == [(0,)]


def test_pitfall_29_platforms_and_events_of_tomorrow_land_as_they_are(exports: Exports) -> None:
    """Naive: an enumeration of iOS and Android; an unknown event is dropped."""
    lines = [
        (*audit_line(DAYS[0], n, event="event_of_tomorrow")[:8], platform)
        for n, platform in enumerate(["ios", "desktop_app", "claude_in_slack", ""])
    ]
    exports.write("a.csv", lines)
    exports.load()
    assert exports.bench.rows(
        "select event, client_platform from raw_claude_ai.audit_log order by created_at"
    ) == [("event_of_tomorrow", name) for name in ("ios", "desktop_app", "claude_in_slack", None)]


def test_personal_data_and_free_text_land_nowhere(
    exports: Exports, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Naive: names, addresses and titles in unknown fields, in the quarantine, or in the working files."""
    seen: list[bytes] = []
    close = Spool.close

    def kept(spool: Spool) -> None:
        seen.extend(p.read_bytes() for p in spool._folder.rglob("*") if p.is_file())
        seen.extend(
            repr(duckdb.sql(f"from '{p}'").fetchall()).encode()
            for p in spool._folder.rglob("*.parquet")
        )
        close(spool)

    monkeypatch.setattr(Spool, "close", kept)
    line = audit_line(DAYS[0])
    info = {
        "title": "Falcon", "old_name": "Falcon", "Falcon flies": {"deep": ["Falcon"]}, "file": "Falcon.docx",
        "limit": 5, "on": True, "ref": "00000000-0000-4000-8000-0000000000cc", "to": "x@Falcon.example",
    }  # fmt: skip
    entity = {
        "type": "chat_project",
        "uuid": "u1",
        "name": "Falcon",
        "metadata": {"about": "Falcon"},
    }
    actor = {"type": "account", "uuid": "u2", "name": "Ada Secret", "metadata": {}}
    tail = ("203.0.113.77", "device-secret", "Mozilla/Secret", "ios")
    good = (line[0], repr(actor), "project_created", repr(info), repr(entity), *tail)
    exports.write("Falcon.csv".lower(), [good, (*good[:2], "Falcon flies", *good[3:]), good[:6]])
    exports.load(code=4)
    (unknown,) = exports.bench.rows("select unknown_fields from raw_claude_ai.audit_log")[0]
    assert '"event_info.limit":5' in unknown
    assert '"event_info.ref":"00000000-0000-4000-8000-0000000000cc"' in unknown
    stored = [
        repr(exports.bench.tables()).encode(),
        Path(exports.bench.env["DUCKDB_PATH"]).read_bytes(),
    ]
    stored += [
        p.read_bytes() for p in Path(exports.bench.env["PIPELINES_DIR"]).rglob("*") if p.is_file()
    ]
    assert seen
    for secret in SECRETS:
        assert not any(secret.encode() in content for content in [*seen, *stored]), secret


def test_report_files_replace_themselves_and_outlive_their_files(exports: Exports) -> None:
    header = ("User", "Spend this Month (USD)", "Lines this Month")
    name = "claude_code_team_2026-06-01_to_2026-06-07.csv"
    exports.write("other.csv", [("eve", "$3.00", "3")], header)
    exports.write(name, [("ada", "$1.00", "1"), ("bob", "$2.00", "2")], header)
    exports.load()
    rows = (
        "select file_name, user_name, spend_this_month_usd from"
        " raw_claude_ai.claude_code_team_reports order by 1, 2"
    )
    assert exports.bench.rows(rows) == [
        (name, "ada", "1.00"), (name, "bob", "2.00"), ("other.csv", "eve", "3.00"),
    ]  # fmt: skip
    stamp = "select _loaded_at from raw_claude_ai.claude_code_team_reports where user_name = 'eve'"
    before = exports.bench.rows(stamp)
    exports.write(name, [("ada", "$1.50", "1")], header)
    assert "claude_code_team_reports: 2 rows read, 1 partitions changed" in exports.load()
    assert exports.bench.rows(rows) == [(name, "ada", "1.50"), ("other.csv", "eve", "3.00")]
    assert exports.bench.rows(stamp) == before
    (exports.folder / name).unlink()
    assert "claude_code_team_reports: 1 rows read, 0 partitions changed" in exports.load()
    assert exports.bench.rows(rows) == [(name, "ada", "1.50"), ("other.csv", "eve", "3.00")]


def test_stranger_in_the_folder_is_named_and_the_rest_loads(exports: Exports) -> None:
    exports.write("audit.csv", [audit_line(DAYS[0])])
    exports.write("people.csv", [("Ada Secret", "ada@corp.example")], ("name", "e-mail"))
    text = exports.load(code=5)
    assert text.count("PROBLEM: claude_ai: people.csv: its first row is neither") == 1
    assert not any(secret in text for secret in SECRETS)
    assert exports.bench.rows(AUDIT) == [(DAYS[0], 1)]


def test_export_that_breaks_off_is_left_out_whole(exports: Exports) -> None:
    """Naive: the lines before the fault are loaded, and their days count as read."""
    path = exports.write("a.csv", [audit_line(DAYS[0], n) for n in range(3)])
    path.write_bytes(path.read_bytes() + b'2026-06-01T00:00:09Z,"{')
    exports.write("b.csv", [audit_line(DAYS[1])])
    assert "a.csv: not a UTF-8 CSV file" in exports.load(code=5)
    assert exports.bench.rows(AUDIT) == [(DAYS[1], 1)]


def test_large_export_is_not_held_in_memory(exports: Exports) -> None:
    """Naive: the whole file is read at once."""
    n_lines = 30_000
    exports.write("a.csv", (audit_line(DAYS[0], n) for n in range(n_lines)))
    assert (exports.folder / "a.csv").stat().st_size > 8_000_000
    folder = Folder(str(exports.folder), lambda text: text)
    sink = Spool(exports.bench.folder).sink(Unit(DAYS[0], DAYS[1]))
    (file,) = folder.files(AUDIT_LOG, sink)
    tracemalloc.start()
    assert sum(1 for _ in folder.records(file)) == n_lines
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1_500_000


class TestGemini:
    """Pitfall 51: Google forgets after half a year, and a narrowed permission hides people."""

    ROWS = "select usage_date, count(*) from raw_gemini.activity_events group by 1 order by 1"

    def test_pitfall_51_emptied_answer_is_refused(self, bench: Bench) -> None:
        for day in DAYS:
            bench.world.days[day].gemini = [activity(day, n, qualifier=str(n)) for n in range(10)]
        bench.load("gemini")
        for day in DAYS:
            bench.world.days[day].gemini = []
        loaded = bench.load("gemini")
        assert loaded.code == 5
        assert "gemini.activity_events: refused to replace 30 rows by 0" in loaded.text
        assert bench.rows(self.ROWS) == [(day, 10) for day in DAYS]

    def test_pitfall_51_vanished_events_of_an_old_day_stay(self, filled: Bench) -> None:
        """Naive: a handful of rows is below every threshold, so they are replaced by nothing."""
        before = filled.rows(self.ROWS)
        filled.world.days[DAYS[0]].gemini = []
        filled.world.days[DAYS[1]].gemini.append(activity(DAYS[1], 5, qualifier="late"))
        loaded = filled.load("gemini")
        assert loaded.code == 0
        assert "gemini.activity_events: 3 rows of 1 days" in loaded.text
        assert filled.rows(self.ROWS) == [(DAYS[0], 3), (DAYS[1], before[1][1] + 1), before[2]]
        assert filled.load("gemini", accept_shrink=True).code == 0
        assert [day for day, _ in filled.rows(self.ROWS)] == DAYS[1:]

    def test_pitfall_51_days_older_than_half_a_year_are_named_and_not_asked_for(
        self, bench: Bench
    ) -> None:
        """Naive: Google answers without rows, and the days count as loaded and empty."""
        as_of = DAYS[1] + dt.timedelta(days=180)
        loaded = bench.load("gemini", env={"AS_OF": as_of.isoformat()})
        assert loaded.code == 0
        assert (
            "warning: gemini.activity_events: 1 days from 2026-06-01 to 2026-06-01 are not loaded and "
            "cannot be: the vendor's data begins on 2026-06-02"
        ) in loaded.text
        assert bench.rows("select min(partition_id) from raw_gemini.loaded_partitions") == [
            ("2026-06-02",)
        ]

    def test_days_once_loaded_are_kept_for_ever(self, filled: Bench) -> None:
        before = filled.rows(self.ROWS)
        filled.world.days[DAYS[0]].gemini = []
        as_of = DAYS[-1] + dt.timedelta(days=200)
        loaded = filled.load("gemini", env={"AS_OF": as_of.isoformat()})
        assert "cannot be" not in loaded.text
        assert filled.rows(self.ROWS) == before

    def test_pitfall_33_events_of_every_category_land(self, bench: Bench) -> None:
        """Naive: keep the active ones only, or count all of them as use."""
        names = ["active_generate", "active_conversations", "inactive", "unknown", "of_tomorrow"]
        bench.world.days[DAYS[0]].gemini = [activity(DAYS[0], 1, *map(gemini_event, names))]
        bench.load("gemini")
        assert bench.rows(
            "select event_category, event_number from raw_gemini.activity_events"
            f" where usage_date = '{DAYS[0]}' order by 2"
        ) == [(name, number) for number, name in enumerate(names, start=1)]
