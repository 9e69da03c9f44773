"""A person in a file: wherever it stands, also across two pieces and packed, but not inside somebody else's."""

import base64
import gzip
import hashlib
import io
import zipfile
from pathlib import Path

import duckdb
import pytest

from privacy.findings import Findings
from privacy.pattern import Pattern
from privacy.scan_files import look_at_files
from privacy.subject import Subject

BOB, JOBOB = "bob@corp.example", "jobob@corp.example"
WHO = Pattern(
    Subject(emails=[BOB], ids=["user_01abcdefghijklmnopqrst"]).identifiers(), {f"x-{BOB}"}
)
PIECE = 1 << 22


def _found(*paths: Path) -> Findings:
    found = Findings()
    look_at_files(paths, WHO, found)
    return found


@pytest.mark.parametrize("at", [0, PIECE - 7, PIECE, PIECE - 40])
@pytest.mark.parametrize(
    ("text", "is_named"),
    [(" Bob@Corp.Example", True), (JOBOB, False), (f"{JOBOB} {BOB}", True), (f"x-{BOB} {JOBOB}", False)],
)  # fmt: skip
def test_where_it_stands(tmp_path: Path, at: int, text: str, is_named: bool) -> None:
    path = tmp_path / "some.log"
    path.write_bytes(b" " * at + text.encode() + b" " * 50)
    assert bool(_found(path)) == is_named


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16"])
def test_text_of_another_encoding(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "some.bin").write_bytes(b"\x00\x01" + f"of {BOB},".encode(encoding) + b"\xff")
    assert _found(tmp_path)


def test_files_in_files(tmp_path: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a/b.csv", f"1,{BOB}\n")
    (tmp_path / "outer.gz").write_bytes(gzip.compress(inner.getvalue()))
    with zipfile.ZipFile(tmp_path / "names.zip", "w") as archive:
        archive.writestr(f"spend_{BOB}.csv", "")
    found = _found(tmp_path)
    assert {Path(place).name for place in found.places()} == {"outer.gz", "names.zip"}
    assert (found.looked.n_files, found.looked.n_members) == (2, 3)


def test_a_damaged_archive_is_read_as_bytes(tmp_path: Path) -> None:
    (tmp_path / "torn.gz").write_bytes(b"\x1f\x8b\x08torn " + BOB.encode())
    assert _found(tmp_path)


def test_every_column_of_parquet_and_of_another_database(tmp_path: Path) -> None:
    sql = f"select 1 as \"order\", {{'a b': ['x', '{BOB}']}} as place, map {{'k': 'v'}} as labels"
    with duckdb.connect(str(tmp_path / "backup.duckdb")) as connection:
        connection.execute(f"copy ({sql}) to '{tmp_path / 'held.parquet'}' (compression zstd)")
        connection.execute(f"create table t as select * from ({sql}), range(5000)")
        connection.execute("create table u as select 'user_01ABCDEFGHIJKLMNOPQRST' as id")
    found = {Path(one.place).name: one.n_found for one in _found(tmp_path).files}
    assert found["held.parquet"] == 1
    assert found["backup.duckdb"] >= 2


def test_names_of_files_and_folders_are_found_and_not_repeated(tmp_path: Path) -> None:
    (tmp_path / f"of_{BOB}").mkdir()
    (tmp_path / f"of_{BOB}" / "x.txt").write_text("")
    (tmp_path / f"spend_{BOB}.csv").write_text("")
    (tmp_path / f"spend_{JOBOB}.csv").write_text("")
    found = _found(tmp_path)
    assert len(found.files) == 2
    assert all(BOB not in place for place in found.places())


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "real").write_text(BOB)
    (tmp_path / "place").mkdir()
    (tmp_path / "place" / "link").symlink_to(tmp_path / "real")
    assert not _found(tmp_path / "place")


KEYS = [hashlib.sha256(bytes([n])).hexdigest()[:32] for n in range(200)]
"""What stands behind one another where an engine writes a column of keys."""


@pytest.mark.parametrize(
    ("among", "is_named"),
    [
        ("", False),
        (hashlib.md5(BOB.encode(), usedforsecurity=False).hexdigest(), True),
        (hashlib.sha256(BOB.encode()).hexdigest(), True),
        (f"by {BOB.upper()}, today".encode().hex(), True),
        ("0" + f"by {BOB}, today".encode().hex(), True),
        (base64.b64encode(f'{{"by":"{BOB}"}}'.encode()).decode(), True),
        (f" {BOB} ", True),
        (f"{BOB} ", False),  # whose address begins with letters of the key before it
    ],
)
def test_among_keys_that_stand_behind_one_another(
    tmp_path: Path, among: str, is_named: bool
) -> None:
    content = "".join(KEYS[:100]) + among + "".join(KEYS[100:])
    (tmp_path / "some.db").write_bytes(bytes(500) + content.encode() + bytes(500))
    assert bool(_found(tmp_path)) == is_named
