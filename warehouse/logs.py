"""What programs say, as text for whoever looks on, or as JSON entries for Cloud Logging (docs/monitoring.md).

`LOG_FORMAT` is `json` or `text`; without it JSON where Cloud Run starts a job or a service, text everywhere else. As JSON each
line on standard error is an entry, and so is each on standard output where that is a log and no answer that somebody asked
for (a token, a list): such programs say `stdout_is_log()`. Then keys and addresses are taken out of both, in either format.
"""

import logging
import re
import sys
import threading
import traceback
import uuid
from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, TextIO, cast

from warehouse.log_entries import Entries
from warehouse.redaction import Redaction
from warehouse.settings import ConfigError

JSON, TEXT = "json", "text"
CLOUD_RUN = ("K_SERVICE", "CLOUD_RUN_JOB")
"""One of these says the name of the service or job that Cloud Run has started."""
_WARNS = re.compile(r"warning:|\w+: exit code [34]\b")


@dataclass(frozen=True)
class _Log:
    """How the running program's lines are written."""

    format: str
    entries: Entries


_log: ContextVar[_Log | None] = ContextVar("_log", default=None)


def format_of(environ: Mapping[str, str]) -> str:
    """Return `json` or `text`.

    Raises:
        ConfigError: LOG_FORMAT is neither.
    """
    chosen = environ.get("LOG_FORMAT", "").strip()
    if not chosen:
        return JSON if any(environ.get(name) for name in CLOUD_RUN) else TEXT
    if chosen not in (JSON, TEXT):
        raise ConfigError(f"LOG_FORMAT: {chosen!r} is neither 'json' nor 'text'.")
    return chosen


@contextmanager
def program_log(program: str, environ: Mapping[str, str]) -> Iterator[None]:
    """Write what a program says in the format that is set, until it has ended.

    Raises:
        ConfigError: LOG_FORMAT is neither `json` nor `text`.
    """
    chosen = format_of(environ)
    run = environ.get("RUN_ID") or environ.get("PIPELINE_RUN_ID")
    entries = Entries(
        _labels(program, run), Redaction.of(environ), environ.get("GOOGLE_CLOUD_PROJECT")
    )
    before = sys.stdout, sys.stderr
    token = _log.set(_Log(chosen, entries))
    handler = None
    if chosen == JSON:
        sys.stderr = cast(TextIO, _Lines(sys.stderr, entries, "ERROR"))
        handler = _Handler(entries, before[1])
        logging.getLogger().addHandler(handler)
        logging.captureWarnings(True)
    try:
        yield
    finally:
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, _Lines):
                stream.end()
        sys.stdout, sys.stderr = before
        if handler is not None:
            logging.captureWarnings(False)
            logging.getLogger().removeHandler(handler)
        _log.reset(token)


def begin_run(environ: MutableMapping[str, str]) -> str:
    """Give this run a name, which all that it starts bears in its entries and records; return it."""
    run = environ.get("PIPELINE_RUN_ID") or uuid.uuid4().hex
    environ["RUN_ID"] = run
    log = _log.get()
    if log is not None:
        log.entries.labels["run"] = run
    return run


def _labels(program: str, run: str | None) -> dict[str, str]:
    return {"program": program, **({"run": run} if run else {})}


def stdout_is_log() -> None:
    """Say that this program's standard output is a log, too."""
    log = _log.get()
    if log is None:
        return
    if log.format == JSON:
        if not isinstance(sys.stdout, _Lines):
            sys.stdout = cast(TextIO, _Lines(sys.stdout, log.entries, "INFO"))
    elif not isinstance(sys.stdout, _Redacted):
        sys.stdout = cast(TextIO, _Redacted(sys.stdout, log.entries.redaction))
        sys.stderr = cast(TextIO, _Redacted(sys.stderr, log.entries.redaction))


def is_json() -> bool:
    """Tell whether entries are written."""
    log = _log.get()
    return log is not None and log.format == JSON


def say(stream: TextIO, text: str, severity: str = "INFO") -> None:
    """Write a line; an entry has its severity, which text has not."""
    if isinstance(stream, _Lines):
        stream.entry(severity, text)
    else:
        stream.write(text + "\n")
        stream.flush()


def under_way(stream: TextIO, text: str) -> None:
    """Show what is being done, in place of what was shown before; only where a line can be rewritten, and nothing for none."""
    if stream.isatty():
        stream.write(f"\r\x1b[K{text}")
        stream.flush()


def step(
    name: str,
    *,
    outcome: str,
    seconds: float,
    source: str | None = None,
    rows: int | None = None,
    n_bytes: int | None = None,
    **more: object,
) -> None:
    """Write the entry of a step that has ended; as text nothing, as the program says it in words.

    Args:
        name: `extract`, `load`, `build`, `tests`, `savings`, `publish`, …
        outcome: `ok`, or how else it ended; what is not `ok` is a warning, `failed` an error.
        seconds: What it took.
        source: What was read.
        rows: Rows that were read or written, where they are known.
        n_bytes: Bytes, where they are known.
        more: Further figures, as fields of their own.
    """
    log = _log.get()
    if log is None or log.format != JSON:
        return
    severity = {"ok": "INFO", "failed": "ERROR"}.get(outcome, "WARNING")
    known = "" if rows is None else f", {rows:,} rows"
    message = f"{name}{f' {source}' if source else ''}: {outcome}{known} in {seconds:.1f} s"
    fields = {
        "step": name,
        "source": source,
        "outcome": outcome,
        "rows": rows,
        "bytes": n_bytes,
        "seconds": round(seconds, 3),
        **more,
    }
    _write(log.entries.line(severity, message, fields))


def say_traceback() -> None:
    """Write the error that is being handled, with its traceback: as JSON one entry."""
    if is_json():
        say(sys.stderr, traceback.format_exc().rstrip("\n"), "CRITICAL")
    else:
        traceback.print_exc()


def log_from(level: int) -> None:
    """Write what is said to Python's logging from this level on."""
    root = logging.getLogger()
    if is_json():
        root.setLevel(level)
    else:
        logging.basicConfig(level=level, format="%(levelname)s %(name)s: %(message)s")


def _write(line: str) -> None:
    stream = sys.stderr
    (stream.under if isinstance(stream, _Lines) else stream).write(line)
    stream.flush()


class _Lines:
    """A stream whose lines become entries; what is not ended is an entry at the end."""

    def __init__(self, under: TextIO, entries: Entries, severity: str) -> None:
        self.under, self._entries, self._severity = under, entries, severity
        self._begun, self._lock = "", threading.Lock()

    def write(self, text: str) -> int:
        with self._lock:
            *whole, self._begun = (self._begun + text).split("\n")
            for line in whole:
                self._put(self._severity_of(line), line)
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        self.write("".join(lines))

    def entry(self, severity: str, text: str) -> None:
        with self._lock:
            self._put(severity, text)

    def end(self) -> None:
        self.write("\n" if self._begun else "")
        self.under.flush()

    def isatty(self) -> bool:
        return False

    def _severity_of(self, line: str) -> str:
        return "WARNING" if self._severity == "ERROR" and _WARNS.match(line) else self._severity

    def _put(self, severity: str, text: str) -> None:
        if text.strip():
            self.under.write(self._entries.line(severity, text))
            self.under.flush()

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever else a stream has
        return getattr(self.under, name)


class _Redacted:
    """A stream without keys and addresses; what is written at once is looked at as a whole."""

    def __init__(self, under: TextIO, redaction: Redaction) -> None:
        self.under, self._redaction = under, redaction

    def write(self, text: str) -> int:
        self.under.write(self._redaction.text(text))
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        self.write("".join(lines))

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever else a stream has
        return getattr(self.under, name)


class _Handler(logging.Handler):
    """Takes what is said to Python's logging."""

    def __init__(self, entries: Entries, stream: TextIO) -> None:
        super().__init__()
        self._entries, self._stream = entries, stream

    def emit(self, record: logging.LogRecord) -> None:
        try:
            self._stream.write(self._entries.of_record(record))
            self._stream.flush()
        except Exception:
            self.handleError(record)
