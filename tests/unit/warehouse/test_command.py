"""However a program ends, it says so in a sentence and with a code of the table, which is the same for all."""

import ast
import errno
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from warehouse.command import run
from warehouse.exit_codes import MEANINGS, OF_MAKE, Exit, said, worst
from warehouse.machine import refusal

ROOT = Path(__file__).resolve().parents[3]
PROGRAMS = ("dashboards", "extract", "migration", "privacy", "sandbox", "serving")


def _raise(error: BaseException) -> Callable[[], int]:
    def main() -> int:
        raise error

    return main


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (KeyboardInterrupt(), 130, "x: interrupted"),
        (OSError(errno.ENOSPC, "No space", "/data/w"), 1, "x: /data/w: the disk is full."),
        (PermissionError(errno.EACCES, "no", "/data"), 1, "x: /data: permission is denied."),
        (OSError(errno.EROFS, "no", "/data"), 1, "x: /data: the file system is read-only."),
        (
            duckdb.IOException('Could not write file "/d/w.duckdb": No space left on device'),
            *(1, "x: /d/w.duckdb: the disk is full."),
        ),
        (SystemExit(2), 7, ""),
        (SystemExit("a sentence"), 1, "x: a sentence"),
        (SystemExit(0), 0, ""),
        (BrokenPipeError(errno.EPIPE, "x"), 0, ""),
    ],
)
def test_no_traceback_for_what_happens_to_everybody(
    error: BaseException, code: int, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("x", _raise(error)) == code
    heard = capsys.readouterr().err
    assert words in heard
    assert "Traceback" not in heard


def test_what_is_our_own_mistake_keeps_its_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("x", _raise(ZeroDivisionError())) == 1
    assert "Traceback" in capsys.readouterr().err


def test_ctrl_c_ends_in_a_sentence_and_its_code() -> None:
    program = (
        "from warehouse.command import begin; import time;"
        " begin('x', lambda: print('begun', flush=True) or time.sleep(60) or 0)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={"ENV_FILE": ""},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # A shell that starts something beside itself has it ignore the keyboard.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    ) as child:
        assert child.stdout is not None
        child.stdout.readline()
        child.send_signal(signal.SIGINT)
        _, heard = child.communicate()
    assert child.returncode == Exit.INTERRUPTED
    assert heard.splitlines() == ["x: interrupted", said("x", 130)]


def test_a_refusal_is_found_behind_another_error() -> None:
    error = ValueError("a step failed")
    error.__cause__ = OSError(errno.ENOSPC, "No space left on device", "/data/w")
    assert str(refusal(error)).startswith("/data/w: the disk is full")
    assert refusal(OSError("nothing in particular")) is None


def test_a_wrong_line_of_the_settings_file_touches_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / ".env").write_text("A=1\nAI usage\n")
    monkeypatch.setenv("ENV_FILE", str(tmp_path / ".env"))
    assert run("x", _raise(AssertionError("was run"))) == Exit.SETTING_WRONG
    assert "x: .env, line 2: is not NAME=VALUE" in capsys.readouterr().err


def test_the_weightiest_code_of_a_run_is_the_runs() -> None:
    assert worst() == worst(0, 0) == 0
    assert worst(Exit.FINDINGS, Exit.ROWS_KEPT_OUT) == Exit.ROWS_KEPT_OUT
    assert worst(Exit.FAILED, Exit.FINDINGS) == Exit.FAILED
    assert worst(Exit.SOURCE_LOST, Exit.FINDINGS, Exit.NOT_PUBLISHED) == Exit.NOT_PUBLISHED
    assert worst(-9, Exit.FINDINGS) == Exit.FAILED


def test_no_code_is_makes_and_each_is_in_the_table_of_the_page() -> None:
    page = (ROOT / "docs" / "exit-codes.md").read_text(encoding="utf-8")
    table = dict(re.findall(r"^\| (\d+) \| ([^|]+?) \|", page, re.MULTILINE))
    assert OF_MAKE not in MEANINGS
    assert {int(code) for code in table} - {OF_MAKE} == set(MEANINGS)
    for code, meaning in MEANINGS.items():
        assert table[str(int(code))].startswith(meaning), f"docs/exit-codes.md: {meaning}"
    assert said("run", 6).endswith("exit code 6: nothing was published; readers keep what they had")
    assert said("run", -9) == "run: exit code -9"


@pytest.mark.parametrize("program", PROGRAMS)
def test_every_program_begins_in_the_one_way(program: str) -> None:
    """A program of ours that began otherwise would ignore `.env` and show tracebacks."""
    text = (ROOT / program / "__main__.py").read_text(encoding="utf-8")
    assert f'    begin("{program}", main)\n' in text
    assert "sys.exit(" not in text
    assert f'check("{program}")' in (ROOT / program / "__init__.py").read_text(encoding="utf-8")


def test_a_python_without_the_packages_says_where_they_are() -> None:
    done = subprocess.run(
        [sys.executable, "-S", "-m", "serving", "--help"],
        cwd=ROOT,
        env={"ENV_FILE": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == Exit.SETTING_WRONG
    assert "has not the project's packages" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "name", ["warehouse/beginning.py", "warehouse/__init__.py", "serving/__init__.py"]
)
def test_what_is_read_first_can_be_read_by_an_older_python(name: str) -> None:
    ast.parse((ROOT / name).read_text(encoding="utf-8"), feature_version=(3, 7))
