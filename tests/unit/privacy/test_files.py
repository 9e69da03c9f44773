"""An identifier in a file's bytes: found wherever it stands, also across two pieces, but not inside somebody else's."""

import datetime as dt
from pathlib import Path

import pytest

from persons.identifiers import Replacement
from privacy.config import Settings
from privacy.files import files_naming
from privacy.subject import Subject

BOB, JOBOB = "bob@corp.example", "jobob@corp.example"
WHO = Replacement({"erased-0000000000000000": Subject(emails=[BOB]).identifiers()})
PIECE = 1 << 20


@pytest.mark.parametrize("at", [0, 5, PIECE - 7, PIECE, PIECE - 40, 2 * PIECE - 3])
@pytest.mark.parametrize(
    ("text", "is_named"),
    [("xBob@Corp.Example", True), (JOBOB, False), (f"{JOBOB}{BOB}", True), (f"x{JOBOB}y", False)],
)
def test_where_it_stands(tmp_path: Path, at: int, text: str, is_named: bool) -> None:
    settings = Settings(
        as_of=dt.datetime.now(dt.UTC), duckdb_path=tmp_path / "w.duckdb", log_dir=tmp_path
    )
    (tmp_path / "some.log").write_bytes(b"." * at + text.encode() + b"." * 50)
    assert bool(files_naming(settings, WHO, {JOBOB})) == is_named
    assert files_naming(settings, WHO)  # without knowing of the other it would be taken for a trace
