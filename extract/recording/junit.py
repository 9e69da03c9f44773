"""JUnit XML: what one or more reports say of a run of tests. Nothing of a test's name, message or output is kept.

Every tool writes a dialect of its own, and what its sums say differs: some count errors as failures, some leave skipped tests out, some
have no sums. So test cases are counted where there are any, and a suite's sums count only where it has none. Read as a stream: memory
does not grow with the report. A document type is refused before anything of it is used: no report has one, and whatever makes a small
file large or reads another file (entities) needs it.
"""

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from xml.parsers import expat

MOST_BYTES = 256 * 1024 * 1024
"""Of one report; the largest of those known are a tenth of that."""
DEEPEST = 100
_PIECE = 1024 * 1024
_SUITES, _CASE, _OTHER = ("testsuites", "testsuite"), "testcase", "other"
_SUMS = ("tests", "failures", "errors", "skipped", "disabled")
# A test that failed and then passed when it was tried again (`flakyFailure` of Surefire) did pass.
_FAILED = frozenset({"failure", "error"})
_NOT_RUN = frozenset({"notrun", "skipped", "disabled", "suppressed"})
_WHOLE = re.compile(r"\d{1,9}", re.ASCII).fullmatch
# Surefire writes a thousand seconds as 1,000.5.
_SECONDS = re.compile(r"\d{1,9}(\.\d{1,20})?([eE]-\d{1,2})?", re.ASCII).fullmatch


class ReportError(Exception):
    """A report cannot be read; the message names it and says why."""


@dataclass(frozen=True)
class Report:
    """What a run of tests came to.

    `seconds` is the time of all tests together, which of tests that run side by side is more than they took; None where no report says
    it. `started_at` is the earliest instant that a suite names; without a zone it is UTC.
    """

    total: int = 0
    failed: int = 0
    skipped: int = 0
    seconds: Decimal | None = None
    started_at: dt.datetime | None = None

    @property
    def passed(self) -> int:
        """Those that are neither failed nor skipped."""
        return self.total - self.failed - self.skipped

    def plus(self, other: "Report") -> "Report":
        """Return both as one run."""
        return Report(
            self.total + other.total,
            self.failed + other.failed,
            self.skipped + other.skipped,
            _sum((self.seconds, other.seconds)),
            min((at for at in (self.started_at, other.started_at) if at), default=None),
        )


def read_reports(paths: Iterable[Path]) -> Report:
    """Read several reports as one run.

    Raises:
        ReportError: One of them is no JUnit report.
    """
    found = Report()
    for path in paths:
        found = found.plus(read_report(path))
    return found


def read_report(path: Path) -> Report:
    """Read one report.

    Raises:
        ReportError: It is no JUnit report, cut off, too large, or has a document type.
    """
    reader = _Reader()
    parser = expat.ParserCreate()
    parser.buffer_text = False
    parser.StartElementHandler = reader.begin
    parser.EndElementHandler = reader.end
    parser.StartDoctypeDeclHandler = reader.refuse_doctype
    try:
        with path.open("rb") as file:
            n_bytes = 0
            while piece := file.read(_PIECE):
                n_bytes += len(piece)
                if n_bytes > MOST_BYTES:
                    raise ReportError(f"it has more than {MOST_BYTES // 1024**2} MB")
                parser.Parse(piece, False)
            if not n_bytes:
                raise ReportError("it is empty: the tests ended before they wrote their report")
            parser.Parse(b"", True)
    except ReportError as error:
        raise ReportError(f"{path}: {error}.") from None
    except expat.ExpatError as error:
        where = f"line {error.lineno}, column {error.offset + 1}"
        raise ReportError(
            f"{path}: it is no XML, or cut off: {expat.ErrorString(error.code)}, {where}."
        ) from None
    except (ValueError, LookupError):  # an encoding that nobody knows
        raise ReportError(
            f"{path}: it is in an encoding that cannot be read; write UTF-8."
        ) from None
    except OSError as error:
        raise ReportError(f"{path}: it cannot be read: {error.strerror}.") from None
    return reader.found


@dataclass
class _Suite:
    """A suite that is being read, or one of the roots `testsuites`."""

    sums: dict[str, str]
    is_root: bool
    n_cases: int = 0
    n_suites: int = 0
    seconds: list[Decimal | None] = field(default_factory=list)


class _Reader:
    """Counts while the parser walks through a report."""

    def __init__(self) -> None:
        self._open: list[str] = []
        self._suites: list[_Suite] = []
        self._outcome = "passed"
        self.found = Report()

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        if not self._open and name not in _SUITES:
            raise ReportError(
                f"it is no JUnit report: its root is <{name[:40]}>, not <testsuites> or <testsuite>"
            )
        if len(self._open) >= DEEPEST:
            raise ReportError(f"its elements lie more than {DEEPEST} deep")
        parent = self._open[-1] if self._open else ""
        # What stands in no place of its own (in a test's output, say) is nothing.
        is_known = parent in ("", *_SUITES) if name in (*_SUITES, _CASE) else parent == _CASE
        self._open.append(name if is_known else _OTHER)
        if not is_known:
            return
        if name in _SUITES:
            self._begin_suite(name, attributes)
        elif name == _CASE:
            self._suites[-1].n_cases += 1
            self._suites[-1].seconds.append(_seconds(attributes.get("time")))
            said = {attributes.get("status", "").lower(), attributes.get("result", "").lower()}
            self._outcome = "skipped" if said & _NOT_RUN else "passed"
        elif name in _FAILED:
            self._outcome = "failed"
        elif name == "skipped" and self._outcome == "passed":
            self._outcome = "skipped"

    def end(self, _: str) -> None:
        name = self._open.pop()
        if name == _CASE:
            self._add(1, int(self._outcome == "failed"), int(self._outcome == "skipped"))
        elif name in _SUITES:
            self._end_suite(self._suites.pop())

    def refuse_doctype(self, *_: object) -> None:
        raise ReportError("it has a document type (<!DOCTYPE …>), which no report needs")

    def _begin_suite(self, name: str, attributes: dict[str, str]) -> None:
        if self._suites:
            self._suites[-1].n_suites += 1
        self._suites.append(_Suite(attributes, is_root=name == "testsuites"))
        self.found = self.found.plus(Report(started_at=_instant(attributes.get("timestamp"))))

    def _end_suite(self, suite: _Suite) -> None:
        if not suite.n_cases and not suite.n_suites:
            count = {name: _count(suite.sums.get(name)) for name in _SUMS}
            failed = count["failures"] + count["errors"]
            skipped = count["skipped"] + count["disabled"]
            # A suite that broke before its first test says errors="1" tests="0".
            self._add(max(count["tests"], failed + skipped), failed, skipped)
        # What stands at the root is by the clock in some tools, and the sum of the suites in others.
        said = None if suite.is_root and suite.n_suites else _seconds(suite.sums.get("time"))
        seconds = said if said is not None else _sum(suite.seconds)
        if self._suites:
            self._suites[-1].seconds.append(seconds)
        else:
            self.found = self.found.plus(Report(seconds=seconds))

    def _add(self, total: int, failed: int, skipped: int) -> None:
        self.found = self.found.plus(Report(total, failed, skipped))


def _count(text: str | None) -> int:
    return int(text) if text and _WHOLE(text) else 0


def _seconds(text: str | None) -> Decimal | None:
    plain = (text or "").replace(",", "")
    return Decimal(plain) if _SECONDS(plain) else None


def _sum(parts: Iterable[Decimal | None]) -> Decimal | None:
    known = [part for part in parts if part is not None]
    return sum(known, Decimal(0)) if known else None


def _instant(text: str | None) -> dt.datetime | None:
    try:
        at = dt.datetime.fromisoformat(text or "")
        return at.replace(tzinfo=at.tzinfo or dt.UTC).astimezone(dt.UTC)
    except (ValueError, OverflowError):
        return None
