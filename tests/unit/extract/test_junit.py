"""What reports of tests come to, in the dialects of those that write them; expected values are counted by hand."""

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest

from extract.recording import junit
from extract.recording.junit import Report, ReportError, read_report, read_reports

PYTEST = """<?xml version="1.0" encoding="utf-8"?>
<testsuites name="pytest tests"><testsuite name="pytest" errors="1" failures="1" skipped="1" tests="4" time="2.5"
 timestamp="2026-11-30T10:00:00.250000+01:00" hostname="runner">
<testcase classname="tests.test_a" name="test_one" time="0.001" />
<testcase classname="tests.test_a" name="test_two" time="0.5"><failure message="assert 1 == 2">E  a &lt;b&gt;</failure></testcase>
<testcase classname="tests.test_a" name="test_three" time="0.000"><skipped type="pytest.skip" message="no node" /></testcase>
<testcase classname="tests.test_a" name="test_four" time="1.0"><error message="teardown">E</error></testcase>
</testsuite></testsuites>"""
SUREFIRE = """<testsuite xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" name="shop.TillTest" time="1,234.5" tests="4" errors="0" skipped="1" failures="1">
<properties><property name="java.version" value="21"/></properties>
<testcase name="a" classname="shop.TillTest" time="1,000.5"/>
<testcase name="b" classname="shop.TillTest" time="0.1"><skipped message="later"/></testcase>
<testcase name="c" classname="shop.TillTest" time="0.2"><failure type="x">t</failure><rerunFailure type="x">t</rerunFailure><system-out><![CDATA[<testcase/>]]></system-out></testcase>
<testcase name="d" classname="shop.TillTest" time="0.3"><flakyFailure type="x">passed then</flakyFailure></testcase>
</testsuite>"""
JEST = """<testsuites name="jest tests" tests="3" failures="1" errors="0" time="9.9">
<testsuite name="cart" errors="0" failures="1" skipped="1" timestamp="2026-11-30T09:00:05" time="1.5" tests="3">
<testcase classname="cart adds" name="cart adds" time="0.2"/>
<testcase classname="cart pays" name="cart pays" time="0.3"><failure>Error</failure></testcase>
<testcase classname="cart waits" name="cart waits" time="0"><skipped/></testcase>
</testsuite>
<testsuite name="till" errors="1" failures="0" skipped="0" timestamp="2026-11-30T09:00:01" time="0.5" tests="1">
<testcase classname="Test suite failed to run" name="till" time="0"><error>Cannot find module</error></testcase>
</testsuite></testsuites>"""
GOTESTSUM = """<testsuites tests="3" failures="1" errors="0" time="7.1">
<testsuite tests="2" failures="0" time="0.010000" name="example/till" timestamp="2026-11-30T09:00:02Z"><properties><property name="go.version" value="go1.24"/></properties>
<testcase classname="example/till" name="TestA" time="0.000000"></testcase><testcase classname="example/till" name="TestA/sub" time="0.000000"></testcase></testsuite>
<testsuite tests="1" failures="1" time="0.000000" name="example/shop" timestamp="2026-11-30T09:00:02Z">
<testcase classname="example/shop" name="TestMain" time="0.000000"><failure message="Failed" type="">build failed</failure></testcase></testsuite></testsuites>"""
GOOGLETEST = """<testsuites tests="3" failures="0" disabled="1" errors="0" time="0.002" name="AllTests"><testsuite name="Till" tests="3" disabled="1" time="0.002">
<testcase name="A" status="run" result="completed" time="0.001" /><testcase name="B" status="notrun" result="suppressed" time="0" />
<testcase name="C" status="run" result="skipped" time="0.001"><skipped message="x"/></testcase></testsuite></testsuites>"""


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


def read(tmp_path: Path, text: str | bytes) -> Report:
    path = tmp_path / "report.xml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_report(path)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (PYTEST, Report(4, 2, 1, Decimal("2.5"), at("2026-11-30T09:00:00.250"))),
        (SUREFIRE, Report(4, 1, 1, Decimal("1234.5"), None)),
        (JEST, Report(4, 2, 1, Decimal("2.0"), at("2026-11-30T09:00:01"))),
        (GOTESTSUM, Report(3, 1, 0, Decimal("0.010000"), at("2026-11-30T09:00:02"))),
        (GOOGLETEST, Report(3, 0, 2, Decimal("0.002"), None)),
    ],
    ids=["pytest", "surefire", "jest", "gotestsum", "googletest"],
)
def test_dialects(tmp_path: Path, text: str, expected: Report) -> None:
    found = read(tmp_path, text)
    assert found == expected
    assert found.passed == found.total - found.failed - found.skipped


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        ("", Report()),
        ("<testsuite/>", Report()),
        ("<testsuite tests='0' errors='1'/>", Report(1, 1, 0)),
        (
            "<testsuite tests='5' failures='1' errors='1' skipped='1' time='2'/>",
            Report(5, 2, 1, Decimal(2)),
        ),
        ("<testsuite tests='many' failures='-1' time='NaN'/>", Report()),
        # Sums that say something else than the cases do.
        (
            "<testsuite tests='9' failures='0'><testcase time='1'><failure/></testcase></testsuite>",
            Report(1, 1, 0, Decimal(1)),
        ),
        ("<testsuite><testcase/><testcase time='soon'/></testsuite>", Report(2)),
        # One case is one, whatever went wrong with it.
        ("<testsuite><testcase><error/><failure/><skipped/></testcase></testsuite>", Report(1, 1)),
        ("<testsuite><testcase><skipped/><error/></testcase></testsuite>", Report(1, 1)),
        # Nested; the outer one's time has the inner one's in it.
        (
            "<testsuite time='5'><testsuite time='3'><testcase time='1'/></testsuite><testsuite tests='2'/><testcase time='1'/></testsuite>",
            Report(4, 0, 0, Decimal(5)),
        ),
        (
            "<testsuite><testsuite time='3'><testcase/></testsuite><testcase time='1.5'/></testsuite>",
            Report(2, 0, 0, Decimal("4.5")),
        ),
        # What a test printed is not one.
        (
            "<testsuite><testcase><system-out><testcase/><failure/><testsuite tests='9'/></system-out></testcase></testsuite>",
            Report(1),
        ),
        ("<failure/><testcase/>", Report(1)),
    ],
)
def test_sums_and_cases(tmp_path: Path, inside: str, expected: Report) -> None:
    assert read(tmp_path, f"<testsuites tests='77' failures='7'>{inside}</testsuites>") == (
        expected if inside else Report(77, 7)
    )


def test_an_empty_run_is_one_of_nothing(tmp_path: Path) -> None:
    assert read(tmp_path, "<testsuites/>") == Report()
    assert (
        read(
            tmp_path,
            PYTEST.split("<testcase")[0].replace('"1"', '"0"').replace('"4"', '"0"')
            + "</testsuite></testsuites>",
        ).total
        == 0
    )


def test_several_reports_are_one_run(tmp_path: Path) -> None:
    paths = []
    for number, text in enumerate((PYTEST, SUREFIRE, JEST)):
        paths.append(tmp_path / f"{number}.xml")
        paths[-1].write_text(text)
    assert read_reports(paths) == Report(12, 5, 3, Decimal("1239.0"), at("2026-11-30T09:00:00.250"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    declared = "" if encoding.startswith("utf") else f"<?xml version='1.0' encoding='{encoding}'?>"
    text = f"{declared}<testsuite><testcase name='Zürich'/></testsuite>"
    assert read(tmp_path, text.encode(encoding)).total == 1


LAUGHS = "<!DOCTYPE a [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;&a;&a;'>]><testsuites name='&b;'/>"
OUTSIDE = "<!DOCTYPE a [<!ENTITY a SYSTEM 'file:///etc/hostname'>]><testsuites>&a;</testsuites>"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (LAUGHS, "document type"),
        (OUTSIDE, "document type"),
        ("<!DOCTYPE testsuites SYSTEM 'http://127.0.0.1/x.dtd'><testsuites/>", "document type"),
        ("<testsuites>&a;</testsuites>", "undefined entity, line 1, column 13"),
        (PYTEST[:-30], "cut off"),
        ("", "it is empty"),
        ("  \n", "no XML, or cut off"),
        ("{}", "no XML, or cut off"),
        ("<html><body/></html>", "its root is <html>"),
        ("<assemblies/>", "its root is <assemblies>"),
        ("<testsuites/><testsuites/>", "junk after document element"),
        ("<testsuites>" + "<a>" * 101, "100 deep"),
        (b"<?xml version='1.0' encoding='klingon'?><testsuites/>", "encoding"),
        (b"<testsuites name='\xff'/>", "not well-formed"),
    ],
)
def test_what_is_no_report_is_refused_by_name(tmp_path: Path, text: str | bytes, says: str) -> None:
    with pytest.raises(ReportError, match=says) as refused:
        read(tmp_path, text)
    assert str(refused.value).startswith(str(tmp_path / "report.xml"))


def test_a_report_has_an_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(junit, "MOST_BYTES", 2 * 1024 * 1024)
    with pytest.raises(ReportError, match="more than 2 MB"):
        read(tmp_path, "<testsuites>" + " " * 2 * 1024 * 1024 + "</testsuites>")


def test_a_report_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="cannot be read: No such file"):
        read_report(tmp_path / "none.xml")
