"""Every command that README and the pages give is one that exists and is understood as it stands there.

They are collected from the Markdown: the lines of shell blocks, and what stands in backticks and begins like a command. Each
program reads the command line as it would, and stops before it does anything. What they do is tried as a whole by
tests/e2e/test_first_use.py, and the demonstration line by line by tests/e2e/test_demo.py.
"""

import argparse
import importlib
import re
import shlex
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.repository.project import ROOT, text_of, tracked_files

STANDS_FOR = {
    "ID": "x",
    "N": "3",
    "S": "1",
    "FOLDER": "folder",
    "FILE": "file.pdf",
    "BOARD/CARD": "executive/in_a_sentence",
}
PROGRAMS = ("dashboards", "extract", "migration", "privacy", "sandbox", "serving")


class _Understood(Exception):  # noqa: N818 - it is no error
    """A program has read its command line."""


def pages() -> Iterator[Path]:
    for path in tracked_files():
        if path.suffix == ".md" and path.name != "CHANGELOG.md" and "decisions" not in path.parts:
            yield path


def commands(path: Path) -> Iterator[str]:
    """Yield what a page tells people to type."""
    text = text_of(path)
    for block in re.findall(r"^```(?:sh|bash|console)?\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
        for line in block.splitlines():
            yield from _parts(line)
    for line in re.findall(r"`((?:make|python -m|bin/|\.venv/bin/)[^`\n]*)`", text):
        yield from _parts(line)


def _parts(line: str) -> Iterator[str]:
    line = re.split(r"\s#|^#", line)[0].strip().rstrip("\\")
    for part in re.split(r"&&|\|\|?|;", line):
        words = part.strip()
        while re.match(r"[A-Z_]+=\S*\s", words):
            words = words.split(None, 1)[1]
        words = words.removeprefix(".venv/bin/").partition(" > ")[0].strip()
        if re.match(r"(make(\s|$)|python -m \w|bin/\w)", words):
            yield words


def found() -> dict[str, str]:
    """Return each command once, with the page that gives it."""
    return {command: str(path) for path in pages() for command in commands(path)}


FOUND = found()


def words_of(command: str) -> list[str]:
    plain = re.sub(r"<[^>]*>", "2026-06-01", command.replace("…", " "))
    return [STANDS_FOR.get(word, word) for word in shlex.split(re.sub(r"[\[\]]", "", plain))]


def test_commands_are_found_at_all() -> None:
    assert {"make run", "make serve", "python -m serving summary --tables"} <= set(FOUND)
    assert len(FOUND) > 60


def test_every_make_command_is_known() -> None:
    """One start of make for each, which prints what it would do."""
    wrong = {}
    for command in sorted(name for name in FOUND if name.startswith("make")):
        done = subprocess.run(
            [*words_of(command), "--dry-run"], cwd=ROOT, capture_output=True, text=True, check=False
        )
        if done.returncode:
            wrong[command] = f"{FOUND[command]}: {done.stderr.strip()}"
    assert wrong == {}


@pytest.mark.parametrize("program", PROGRAMS)
def test_every_command_line_is_understood(program: str, monkeypatch: pytest.MonkeyPatch) -> None:
    main = importlib.import_module(f"{program}.__main__").main
    usual = argparse.ArgumentParser.parse_args

    def parse(parser: argparse.ArgumentParser, given: Sequence[str] | None = None) -> None:
        usual(parser, given)
        raise _Understood

    monkeypatch.setattr(argparse.ArgumentParser, "parse_args", parse)
    wrong = []
    for command in sorted(FOUND):
        words = words_of(command)
        if words[:3] != ["python", "-m", program]:
            continue
        try:
            main(words[3:])
        except _Understood:
            continue
        except SystemExit as ended:
            if ended.code and len(words) > 4:  # a name alone is none to type
                wrong.append(f"{FOUND[command]}: {command}")
    assert wrong == []


def test_every_other_program_of_ours_is_there() -> None:
    missing = []
    for command, page in FOUND.items():
        first = words_of(command)[0]
        if first.startswith("bin/") and not (ROOT / first).is_file():
            missing.append(f"{page}: {command}")
        if command.startswith("python -m ") and words_of(command)[2].split(".")[0] not in (
            *PROGRAMS,
            "benchmarks",
            "tests",
        ):
            missing.append(f"{page}: {command}")
    assert missing == []
