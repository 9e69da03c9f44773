"""The page: one, accessible, of the same bytes for the same snapshot, with every number of the CSV, whoever typed its names."""

import csv
import datetime as dt
import hashlib
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from pypdf import PdfReader

from serving.report.letters import on_the_page
from serving.report.page import draw
from serving.report.reading import Scope
from serving.report.report import Report, make, months
from serving.report.tables import as_csv, as_fields
from tests.unit.serving.report.published import (
    DAILY,
    EVERYBODY,
    NORTH,
    OVERVIEW,
    Published,
    changed,
)

ROOT = Path(__file__).parents[4]
MINUS = "\u2212"
NUMBER = re.compile(rf"[{MINUS}+]?\$?\d[\d,]*(?:\.\d+)?")
HOSTILE = (
    '#set page(width: 1pt); #panic("run")',
    "] #eval(\"1/0\") $ x^2 $ ` `` #{",
    '"}, "report": {"month": "1999-01',
    "\u202e\u05ea\u05e2\u05d5\u05d3\u05d4\u202c \u0645\u0632\u0648\u062f \u0627\u0644\u062e\u062f\u0645\u0629",
    "W" * 5_000,
    "🚀👩\u200d👩\u200d👧 中文 ไทย",
    "a\nb\rc\td\x00e\ufffe",
    "e" + "\u0301" * 400,
    "=HYPERLINK(\"http://x\")",
    "   ",
    "<b>&amp;</b> \\ @ref <label>",
)  # fmt: skip


def report(published: Published | None = None, month: int = -2) -> Report:
    snapshot = published or Published()
    return make(snapshot, EVERYBODY, months(snapshot, EVERYBODY)[month])


def read(pdf: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(pdf))


def text_of(pdf: bytes) -> str:
    (page,) = read(pdf).pages
    return page.extract_text()


def rows_of(found: Report) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(as_csv(found).decode())))


def as_printed(row: dict[str, str]) -> str:
    """Return a number of the CSV as people write it, worked out apart from the page."""
    value = Decimal(row["value"])
    sign = MINUS if value < 0 else "+" if row["unit"] == "percent change" and value > 0 else ""
    return f"{sign}{'$' if row['unit'].startswith('USD') else ''}{abs(value):,f}"


def _hostile(first: int = 0) -> Published:
    """Return a snapshot in which every name is hostile: of providers, kinds of tasks, categories and the organisation."""
    names = (*HOSTILE[first:], *HOSTILE[:first])
    daily = [
        (f"org {name}", "2026-10-01", name, name[::-1] + name, 200 - place, *DAILY[1][5:])
        for place, name in enumerate(names)
    ]
    categories = [("2026-10-01", "category", name, *OVERVIEW[1][3:]) for name in HOSTILE]
    return Published(
        changed(savings__daily=daily, overview_monthly=[*OVERVIEW, *categories], projections=[])
    )


def _full() -> Published:
    """Return a snapshot with as much of everything as the page ever shows, in a month that runs."""
    daily = [
        ("north", f"2026-{month:02}-01", f"provider_of_a_long_name_{number}", f"a_rather_long_kind_of_task_{number}", 999_999, 999_998, 999_999, 999_997, 999_999, 10**12, "1234567.89", "1234567.89", "9876543.21", "-1234567.89", "1234567.89", "-1234567.89")
        for number in range(9)
        for month in range(4, 12)
    ]  # fmt: skip
    categories = [
        ("2026-11-01", "category", f"a long category {n}", *OVERVIEW[1][3:]) for n in range(9)
    ]
    return Published(changed(savings__daily=daily, overview_monthly=[OVERVIEW[3], *categories]))


def _distinct() -> Published:
    """Return a snapshot in which no two figures are alike, so that none can stand for another."""
    daily = [
        ("north", "2026-10-01", "a", "t", 1009, 1000, 1009, 997, 911, 6_700_000, 10, 9, "90.5", "81.5", 1, "80.5"),
        ("north", "2026-10-01", "b", "t", 2003, 1900, 2003, 1801, 1709, 9_400_000, 30, 27, "71.25", "44.25", 3, "41.25"),
        ("north", "2026-10-01", "a", "u", 4001, 3600, 4001, 3407, 3301, 55_000_000, 50, 47, 33, "-14", 3, "-17"),
        ("north", "2026-10-01", "b", "u", 8009, 7900, 8009, 7607, 7507, 61_000_000, 60, 58, 97, 39, 2, 37),
    ]  # fmt: skip
    return Published(changed(savings__daily=daily))


@pytest.mark.parametrize(
    ("published", "month"),
    [
        (Published, -2),
        (Published, -1),
        (_hostile, 0),
        (lambda: _hostile(5), 0),
        (_full, -1),
        (_distinct, -2),
    ],
    ids=["closed", "running", "hostile", "hostile too", "full", "distinct"],
)
def test_every_number_of_the_csv_stands_on_the_one_page(
    published: Callable[[], Published], month: int
) -> None:
    found = report(published(), month)
    printed = set(NUMBER.findall(text_of(draw(found))))
    numbers = [row for row in rows_of(found) if row["unit"] != "text" and row["value"]]
    assert len(numbers) > 15
    assert [row for row in numbers if as_printed(row) not in printed] == []
    counted = [row for row in rows_of(found) if row["n"]]
    assert [row for row in counted if f"{int(row['n']):,}" not in printed] == []


def test_csv_and_json_are_the_same_figures() -> None:
    found = report()
    fields = json.loads(json.dumps(as_fields(found)))["figures"]
    rows = rows_of(found)
    assert [row["key"] for row in rows] == [field["key"] for field in fields]
    for row, field in zip(rows, fields, strict=True):
        assert row["note"] == field["note"]
        assert row["n"] == ("" if field["n"] is None else str(field["n"]))
        if field["value"] is None:
            assert row["value"] == ""
        elif row["unit"] == "text":
            assert row["value"] == field["value"]
        else:
            assert Decimal(row["value"]) == Decimal(str(field["value"]))
            assert isinstance(field["value"], str) == row["unit"].startswith("USD")


def test_page_is_tagged_and_says_what_it_is() -> None:
    pdf = read(draw(report()))
    root = pdf.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]  # type: ignore[index]
    assert root["/Lang"] == "en"  # type: ignore[index]
    metadata = root["/Metadata"].get_data().decode()  # type: ignore[index]
    assert "<pdfuaid:part>1</pdfuaid:part>" in metadata
    roles = set(re.findall(r"'/S': '/(\w+)'", _structure(root["/StructTreeRoot"])))  # type: ignore[index]
    assert {"H1", "H2", "Table", "TH", "TD"} <= roles
    assert pdf.metadata is not None
    assert pdf.metadata.title == "Executive report, October 2026"
    assert pdf.metadata.creation_date == dt.datetime(2026, 11, 29, 6, 30, tzinfo=dt.UTC)
    box = pdf.pages[0].mediabox
    assert (round(float(box.width)), round(float(box.height))) == (595, 842)


def _structure(node: object, depth: int = 0) -> str:
    found = getattr(node, "get_object", lambda: node)()
    if isinstance(found, list):
        return " ".join(_structure(one, depth) for one in found)
    if not isinstance(found, dict) or depth > 12:
        return ""
    return f"'/S': '{found.get('/S')}' {_structure(found.get('/K'), depth + 1)}"


def test_the_same_snapshot_gives_the_same_bytes_anywhere() -> None:
    here = draw(report())
    assert here == draw(report())
    program = (
        "import hashlib; from tests.unit.serving.report.published import *; from serving.report.page import draw;"
        " from serving.report.report import *; one = Published(); months = months(one, EVERYBODY);"
        " print(hashlib.sha256(draw(make(one, EVERYBODY, months[-2]))).hexdigest())"
    )
    elsewhere = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={**os.environ, "TZ": "Pacific/Kiritimati", "LC_ALL": "C", "PYTHONHASHSEED": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert elsewhere.stdout.strip() == hashlib.sha256(here).hexdigest()
    # Of another snapshot, other bytes: it says which it is of.
    assert draw(report(Published(as_of="2026-11-29T06:31:00+00:00"))) != here


def test_names_are_shown_and_never_run() -> None:
    found = text_of(draw(report(_hostile(), 0)))
    assert "#set page(width: 1pt)" in found
    assert "October 2026" in found
    # Whoever reads the CSV has the names as they are, but no formula.
    names = {row["value"] for row in rows_of(report(_hostile(), 0)) if row["key"].endswith(".name")}
    assert '\'=HYPERLINK("http://x")' in names | {f"'{HOSTILE[8]}"}
    assert not [name for name in names if name.startswith(("=", "+", "-", "@", "\t", "\r"))]


@pytest.mark.parametrize("name", HOSTILE)
def test_an_organisation_of_any_name_has_a_page(name: str) -> None:
    daily = [(name, *row[1:]) for row in DAILY]
    snapshot, scope = Published(changed(savings__daily=daily, projections=[])), Scope(name, True)
    drawn = draw(make(snapshot, scope, months(snapshot, scope)[1]))
    assert "October 2026" in text_of(drawn)


def test_letters_that_the_fonts_lack_are_boxes_and_signs_that_steer_are_gone() -> None:
    assert on_the_page("a🚀b") == "a\u25a1b"
    assert on_the_page("\u202eab\u202c\u200b\x00") == "ab"
    assert (
        on_the_page(
            "Gr\u00f6\u00dfe \u03a9\u03bc\u03ad\u03b3\u03b1 \u0416\u0443\u043a \u05e9\u05dc\u05d5\u05dd \u0645\u0632\u0648\u062f"
        )
        == "Gr\u00f6\u00dfe \u03a9\u03bc\u03ad\u03b3\u03b1 \u0416\u0443\u043a \u05e9\u05dc\u05d5\u05dd \u0645\u0632\u0648\u062f"
    )
    assert on_the_page(" \n ") == "(no name)"
    assert len(on_the_page("x" * 500)) == 60


def test_no_closed_month_is_a_dash_with_words() -> None:
    few = [("2026-10-01", "north", "2026-10", 1, 1, None, "too_few_closed_months", True)]
    found = text_of(draw(report(Published(changed(projections=few)))))
    assert "Projected annual savings\n\u2013\nfewer than three closed months" in found


def test_page_says_what_it_does_not_say() -> None:
    found = text_of(draw(report()))
    assert "Hours saved are not measured by any source, so none are printed." in found
    assert "Closed month" in found
    assert "Month to date, 29 November 2026" in text_of(draw(report(month=-1)))
    snapshot = Published()
    theirs = text_of(draw(make(snapshot, NORTH, months(snapshot, NORTH)[1])))
    assert theirs.lower().count("not for this token") >= 3
    assert "960" not in theirs


def test_a_snapshot_of_savings_or_of_spend_alone_has_a_page() -> None:
    for part in ("savings", "executive"):
        rows = {table: some for table, some in Published().tables.items() if part in table}
        snapshot = Published(rows)
        assert text_of(draw(make(snapshot, EVERYBODY, months(snapshot, EVERYBODY)[0])))
