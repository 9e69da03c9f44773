"""The folder of exported files, local or a bucket's: what is in it, known by the first row of each file.

Files are streamed, in lines of bounded length. Who exported a file may call it anything; a file that is no
longer there takes nothing out of the warehouse.
"""

import csv
import hashlib
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from fsspec.core import url_to_fs

from extract.landing.contracts import Table
from extract.landing.errors import FileError, Redact, SourceError
from extract.landing.redaction import LONGEST
from extract.landing.sink import Sink
from extract.limits import MEGABYTE, Limits
from extract.sources.claude_ai.tables import AUDIT_LOG, CLAUDE_CODE_TEAM_REPORTS, SPEND_REPORTS

LONGEST_LINE = 1_000_000
csv.field_size_limit(LONGEST_LINE)
HEADERS: dict[Table, frozenset[str]] = {
    AUDIT_LOG: frozenset({"created_at", "actor_info", "event"}),
    SPEND_REPORTS: frozenset({"user_email", "total_net_spend_usd"}),
    CLAUDE_CODE_TEAM_REPORTS: frozenset({"User", "Lines this Month"}),
}
"""What a file of each kind must have in its first row; its other columns may be missing."""

_UNUSUAL = re.compile(r"[^\w./ ()+,-]")
_NO_CODE = re.compile(r"[^A-Za-z0-9_.:-]")


@dataclass(frozen=True)
class ExportFile:
    """One file: its place, its name as landed, what it is, and its columns."""

    path: str
    name: str
    table: Table
    header: tuple[str, ...]


class Folder:
    """The folder, looked at when the first file is asked for."""

    def __init__(self, address: str, redact: Redact, limits: Limits | None = None) -> None:
        """Open nothing yet."""
        self._address, self._redact, self._limits = address, redact, limits or Limits()
        self._fs: Any = None
        self._found: list[ExportFile] | None = None
        self._problems: list[str] = []
        self._warnings: list[str] = []

    def files(self, table: Table, sink: Sink) -> list[ExportFile]:
        """Return the files of a kind; say what cannot be read.

        Raises:
            SourceError: The folder itself cannot be read.
        """
        if self._found is None:
            self._found = self._look()
        for text in self._problems:
            sink.complain(text)
        for text in self._warnings:
            sink.warn(text)
        self._warnings = []
        return [file for file in self._found if file.table is table]

    def records(self, file: ExportFile) -> Iterator[tuple[int, list[str]]]:
        """Yield the records below the header with their number in the file, as people see it.

        Raises:
            FileError: The file is no CSV file from here on.
            SourceError: It could not be fetched.
        """
        records = self._read(file.path, file.name)
        next(records)
        for number, cells in enumerate(records, start=2):
            if any(cells):
                yield number, cells

    def _look(self) -> list[ExportFile]:
        try:
            self._fs, root = url_to_fs(self._address)
            if not self._fs.exists(root):
                raise FileNotFoundError("there is no such folder")
            paths = sorted(self._fs.find(root))
        except Exception as error:  # a bucket's client raises whatever it likes
            raise self._unreachable(error) from None
        found = []
        for path in paths:
            name = str(path)[len(root) :].lstrip("/")
            if PurePosixPath(name).name.startswith("."):
                continue
            if not name.lower().endswith(".csv"):
                self._warnings.append(
                    f"claude_ai: {landed_name(name)}: not read, because it is no .csv file"
                )
                continue
            try:
                found.append(self._known(str(path), landed_name(name)))
            except FileError as error:
                self._problems.append(str(error))
        if not found and not self._problems:
            self._warnings.append("claude_ai: CLAUDE_AI_EXPORT_DIR holds no exported file")
        return found

    def _known(self, path: str, name: str) -> ExportFile:
        if (self._fs.size(path) or 0) > self._limits.file_mb * MEGABYTE:
            raise FileError(self._limits.refusal(f"claude_ai: {name}: it", "file_mb", "MB"))
        first = next(self._read(path, name), [])
        header = tuple(cell.strip() for cell in first)
        table = _table_of(header)
        if table is None:
            divider = next((mark for mark in ";\t|" if _table_of(_split(header, mark))), None)
            if divider:
                raise FileError(
                    f"claude_ai: {name}: its columns are divided by {divider!r} instead of commas. "
                    "Export it again, or save it with commas."
                )
            raise FileError(
                f"claude_ai: {name}: its first row is neither that of an audit-log export "
                "(created_at, actor_info, event, …) nor of a spend report (user_email, "
                "total_net_spend_usd, …) nor of a Claude Code team report (User, Lines this Month). "
                "Take it out of CLAUDE_AI_EXPORT_DIR, or restore its first row."
            )
        twice = [cell for cell, n in Counter(filter(None, header)).items() if n > 1]
        if twice:
            raise FileError(f"claude_ai: {name}: its first row has a column twice.")
        known = {column.path.split(".")[0] for column in table.columns if column.path}
        known |= {path.split(".")[0] for path in table.dropped}
        return ExportFile(
            path,
            name,
            table,
            tuple(cell if cell in known else _NO_CODE.sub("_", cell) for cell in header),
        )

    def _read(self, path: str, name: str) -> Iterator[list[str]]:
        try:
            with (
                self._fs.open(path, "rb") as raw,
                io.TextIOWrapper(raw, encoding="utf-8-sig", newline="") as text,
            ):
                yield from csv.reader(_lines(text, name), strict=True)
        except FileError:
            raise
        except (UnicodeDecodeError, csv.Error) as error:
            words = "not UTF-8" if isinstance(error, UnicodeDecodeError) else str(error)
            raise FileError(
                f"claude_ai: {name}: not a UTF-8 CSV file ({words}). Nothing of it is loaded; export it "
                "again."
            ) from None
        except Exception as error:  # a bucket's client raises whatever it likes
            raise self._unreachable(error) from None

    def _unreachable(self, error: Exception) -> SourceError:
        words = self._redact(f"{type(error).__name__}: {error}")[:LONGEST]
        return SourceError(
            f"claude_ai: CLAUDE_AI_EXPORT_DIR cannot be read: {words}. A bucket needs its client "
            "(gcsfs for gs://, s3fs for s3://, adlfs for az://) and credentials that may list and read it."
        )


def _table_of(header: tuple[str, ...]) -> Table | None:
    return next((table for table, needed in HEADERS.items() if needed <= set(header)), None)


def _split(header: tuple[str, ...], divider: str) -> tuple[str, ...]:
    return tuple(part.strip() for cell in header for part in cell.split(divider))


def _lines(text: io.TextIOWrapper, name: str) -> Iterator[str]:
    while line := text.readline(LONGEST_LINE):
        if len(line) == LONGEST_LINE:
            raise FileError(f"claude_ai: {name}: a line is longer than {LONGEST_LINE} characters.")
        yield line


def landed_name(name: str) -> str:
    """Return the name under which a file's rows are held: the relative path, in harmless characters."""
    plain = _UNUSUAL.sub("_", name)
    if plain == name:
        return name
    path = PurePosixPath(plain)
    mark = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return str(path.with_name(f"{path.stem}-{mark}{path.suffix}"))
