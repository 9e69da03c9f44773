"""`dbt build` for whoever waits: how far it is, what failed in full, and how many warnings there are.

On a terminal how far it is stands in one line that is written anew; in a log it is said once a minute.

A warning of dbt is a test that reports what looks wrong with the data; the marts in schema `quality` say the same in words,
so here they are counted and not shown. Everything is in dbt's own log.
"""

import json
import os
import re
import select
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

from warehouse.logs import say, step

COMMAND = (
    *("dbt", "--log-format", "json", "--log-level", "info"),
    *("--log-format-file", "debug", "--log-level-file", "info", "build"),
)
SECONDS_LIVE, SECONDS_BETWEEN_LINES, SECONDS_QUIET = 0.5, 10.0, 60.0
"""How often it is said how far it is: on a terminal, there in silence, and where nobody looks on but a log."""
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
_RESULT = re.compile(r"Log\w+Result")


@dataclass
class Part:
    """What a part of a build did: its models, its tests, or the models of savings among them."""

    n_done: int = 0
    n_failed: int = 0
    n_warned: int = 0
    seconds: float = 0.0
    """Of all of it; parts run side by side."""

    def take(self, data: Mapping[str, Any]) -> None:
        """Take the result of a model or a test."""
        status = str(data.get("status", "")).lower()
        self.n_done += 1
        self.n_failed += status.startswith(("error", "fail"))
        self.n_warned += status.startswith("warn")
        self.seconds += float(data.get("execution_time") or 0)

    def log(self, name: str) -> None:
        """Write its entry."""
        outcome = "failed" if self.n_failed else "findings" if self.n_warned else "ok"
        step(
            name,
            outcome=outcome,
            seconds=self.seconds,
            done=self.n_done,
            failed=self.n_failed,
            warned=self.n_warned,
        )


@dataclass
class Watched:
    """What was heard so far; `hear` returns what to write."""

    between: float
    now: float
    log: str = "logs/dbt.log"
    n_done: int = 0
    n_all: int = 0
    n_warnings: int = 0
    parts: dict[str, "Part"] = field(default_factory=dict)
    has_begun: bool = False
    _said_at: float = field(default=0.0, init=False)
    _begun_at: float = field(default=0.0, init=False)

    def __post_init__(self) -> None:
        """Begin to count."""
        self._begun_at = self._said_at = self.now

    def hear(self, line: str, now: float) -> Iterator[str]:
        """Take a line of dbt and yield those to write."""
        event = _event(line)
        if event is None:
            if line.strip():
                yield line.rstrip("\n")
            return
        info, data = event["info"], event.get("data") or {}
        if _RESULT.fullmatch(str(info.get("name"))):
            self.n_done += 1
            self.n_all = int(data.get("total") or data.get("num_models") or self.n_all)
            for part in _parts_of(str(info.get("name")), data):
                self.parts.setdefault(part, Part()).take(data)
        if info.get("level") == "error":
            said = _COLOURS.sub("", str(info.get("msg", ""))).strip()
            if said:
                yield f"build: {said}"
        self.n_warnings += info.get("level") == "warn" and _is_finding(info)
        if self.n_all and (not self.has_begun or now - self._said_at >= self.between):
            self.has_begun, self._said_at = True, now
            yield self.progress(now)

    def silent(self, now: float) -> str:
        """Say that it still works, when dbt has said nothing for a while."""
        self._said_at = now
        if self.n_all:
            return self.progress(now)
        return f"build: dbt reads the project, {now - self._begun_at:.0f} s"

    def progress(self, now: float) -> str:
        """Say how far it is."""
        return f"build: {self.n_done:,} of {self.n_all:,} models and tests, {now - self._begun_at:.0f} s"

    def log_entries(self, code: int, now: float) -> None:
        """Write the entries of the build and of its parts."""
        for name in sorted(self.parts):
            self.parts[name].log(name)
        step(
            "build",
            outcome="failed" if code else "findings" if self.n_warnings else "ok",
            seconds=now - self._begun_at,
            done=self.n_done,
            warned=self.n_warnings,
        )

    def ended(self, code: int, now: float) -> str:
        """Say how it ended."""
        seconds = f"{now - self._begun_at:.0f} s"
        if code:
            return f"build: FAILED after {seconds}; all of it: {self.log}"
        warned = f", {self.n_warnings} of them warn" if self.n_warnings else ""
        return f"build: {self.n_all:,} models and tests in {seconds}{warned} ({self.log})"


def run_dbt(folder: Path, env: Mapping[str, str], out: TextIO | None = None) -> int:
    """Run `dbt build`, say how far it is, and return its exit code."""
    stream = out or sys.stdout
    log = f"{env.get('DBT_LOG_PATH') or 'logs'}/dbt.log"
    is_live = stream.isatty()
    patience = SECONDS_BETWEEN_LINES if is_live else SECONDS_QUIET
    watched = Watched(SECONDS_LIVE if is_live else SECONDS_QUIET, time.monotonic(), log)
    _write(stream, "build: dbt reads the project", is_live=False)
    try:
        child = subprocess.Popen(
            COMMAND, cwd=folder, env=dict(env), stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
    except FileNotFoundError:
        _write(stream, "build: there is no dbt on the path: . .venv/bin/activate", is_live=False)
        return 1
    with child:
        try:
            for line in _lines(child, patience):
                said = (
                    watched.hear(line, time.monotonic())
                    if line
                    else [watched.silent(time.monotonic())]
                )
                for text in said:
                    _write(stream, text, is_live=is_live)
        except KeyboardInterrupt:
            # It was interrupted too, and takes back what it was doing.
            child.wait()
            raise
        code = child.wait()
    watched.log_entries(code, time.monotonic())
    _write(stream, watched.ended(code, time.monotonic()), is_live=False, over=is_live)
    return code


def _lines(child: subprocess.Popen[bytes], patience: float) -> Iterator[str]:
    """Yield what a program writes, line by line, and an empty text whenever it is silent for so many seconds."""
    assert child.stdout is not None  # noqa: S101 - opened as a pipe
    rest = b""
    while True:
        if not select.select([child.stdout], [], [], patience)[0]:
            yield ""
            continue
        piece = os.read(child.stdout.fileno(), 1 << 16)
        *whole, rest = (rest + piece).split(b"\n")
        yield from (f"{line.decode('utf-8', 'replace')}\n" for line in whole)
        if not piece:
            if rest:
                yield rest.decode("utf-8", "replace")
            return


def _write(stream: TextIO, line: str, *, is_live: bool, over: bool = False) -> None:
    progress = is_live and " models and tests, " in line
    start = "\r\x1b[K" if is_live or over else ""
    if progress:
        stream.write(start + line)
        stream.flush()
    else:
        is_wrong = line.startswith("build: FAILED") or " ERROR " in line or " FAIL " in line
        say(stream, start + line, "ERROR" if is_wrong else "INFO")


def _parts_of(event: str, data: Mapping[str, Any]) -> Iterator[str]:
    """Yield the parts of the build that a result belongs to."""
    if event == "LogTestResult":
        yield "tests"
        return
    yield "models"
    if str((data.get("node_info") or {}).get("node_name", "")).startswith("mart_savings__"):
        yield "savings"


def _event(line: str) -> dict[str, Any] | None:
    try:
        found = json.loads(line)
    except ValueError:
        return None
    return found if isinstance(found, dict) and isinstance(found.get("info"), dict) else None


def _is_finding(info: Mapping[str, Any]) -> bool:
    return info.get("name") == "LogTestResult"
