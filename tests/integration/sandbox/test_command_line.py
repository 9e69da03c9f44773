import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests import warm

SANDBOX = [sys.executable, "-m", "sandbox"]
SMALL = ["--people", "2", "--days", "3", "--as-of", "2026-06-10"]
VARIABLES = {
    "CURSOR_API_URL",
    "CURSOR_API_KEY",
    "ANTHROPIC_API_URL",
    "ANTHROPIC_ADMIN_KEY",
    "SHEETS_API_URL",
    "SHEETS_SPREADSHEET_ID",
    "GOOGLE_APPLICATION_CREDENTIALS",
    "AS_OF",
    "CLAUDE_AI_EXPORT_DIR",
    "CLAUDE_ANALYTICS_KEY",
    "GOOGLE_REPORTS_CUSTOMER",
    "GOOGLE_REPORTS_API_URL",
    "GOOGLE_REPORTS_SUBJECT",
}
DUMP = (
    "import json, os, pathlib; env = dict(os.environ);"
    "env['file'] = str(pathlib.Path(env['GOOGLE_APPLICATION_CREDENTIALS']).is_file());"
    "print(json.dumps(env))"
)
ASK = (
    "import os, httpx; url = os.environ['CURSOR_API_URL'] + '/teams/members';"
    "print(httpx.get(url, auth=(os.environ['CURSOR_API_KEY'], '')).status_code)"
)


def _run(
    *arguments: str, environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run the program in a process that begins with everything imported: it is started by name where it is sent signals."""
    programs = warm.forkserver(os.environ.get("PYTEST_XDIST_WORKER", "alone"))
    with tempfile.TemporaryDirectory() as folder:
        out, errors = Path(folder, "out"), Path(folder, "errors")
        env = {**os.environ, **(environment or {})}
        child = warm.start(programs, warm.sandbox, arguments, env, out, errors)
        child.join(60)
        assert child.exitcode is not None
        return subprocess.CompletedProcess(
            arguments, child.exitcode, out.read_text(), errors.read_text()
        )


def _child(code: str, *options: str, environment: Mapping[str, str] | None = None) -> str:
    done = _run("exec", *SMALL, *options, "--", sys.executable, "-c", code, environment=environment)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_exec_points_the_child_at_the_server_and_cleans_up() -> None:
    environment = json.loads(_child(DUMP))
    assert environment.keys() >= VARIABLES
    assert environment["AS_OF"] == "2026-06-10"
    assert environment["file"] == "True"
    assert not Path(environment["GOOGLE_APPLICATION_CREDENTIALS"]).exists()


LIST = "import os; print(sorted(os.listdir(os.environ['CLAUDE_AI_EXPORT_DIR'])))"


def test_exec_writes_the_exports_for_the_child_and_takes_them_away() -> None:
    environment = json.loads(_child(DUMP))
    assert not Path(environment["CLAUDE_AI_EXPORT_DIR"]).exists()
    assert "audit_logs_2026-06-07_to_2026-06-08.csv" in _child(LIST)


@pytest.mark.parametrize("by_option", [True, False])
def test_exec_writes_the_exports_where_it_is_told(tmp_path: Path, by_option: bool) -> None:
    folder = tmp_path / "exports"
    options = ("--export-dir", str(folder)) if by_option else ()
    environment = {} if by_option else {"SANDBOX_EXPORT_DIR": str(folder)}
    assert "spend_report_2026-06-07" not in _child(LIST, *options, environment=environment)
    names = sorted(path.name for path in folder.iterdir())
    assert names == [
        "audit_logs_2026-06-07_to_2026-06-08.csv",
        "audit_logs_2026-06-08_to_2026-06-09.csv",
        "claude_code_team_2026-06-03_to_2026-06-09.csv",
        "spend_report_2026-06-01_to_2026-06-09.csv",
    ]


def test_malformed_row_is_a_fault_of_the_start(tmp_path: Path) -> None:
    fault = "endpoint=audit_log kind=malformed_row times=1"
    _child("", "--export-dir", str(tmp_path), "--fault", fault)
    texts = [path.read_text() for path in tmp_path.glob("audit_logs_*.csv")]
    assert sum(text.count("Cut of") for text in texts) == 1


@pytest.mark.parametrize(("value", "planted"), [("1", 2), ("0", 0), ("", 0)])
def test_spike_is_planted_when_asked_for(tmp_path: Path, value: str, planted: int) -> None:
    options = ("--people", "2", "--days", "30", "--as-of", "2026-06-10", "--out", str(tmp_path))
    done = _run("truth", *options, environment={"SANDBOX_SPIKE": value})
    assert done.returncode == 0, done.stderr
    assert len((tmp_path / "spikes.jsonl").read_text().splitlines()) == planted
    asked = _run("truth", *options, "--spike", environment={"SANDBOX_SPIKE": value})
    assert asked.returncode == 0, asked.stderr
    assert len((tmp_path / "spikes.jsonl").read_text().splitlines()) == 2


def test_exec_serves_while_the_child_runs() -> None:
    assert _child(ASK) == "200"


def test_exec_says_in_capitals_that_everything_is_invented() -> None:
    notice = _run("exec", *SMALL, "--", "true").stderr.splitlines()[0]
    assert notice == notice.upper()
    assert "SANDBOX" in notice
    assert "INVENTED" in notice


@pytest.mark.parametrize("code", [0, 7])
def test_exec_passes_the_exit_code_on(code: int) -> None:
    assert _run("exec", *SMALL, "--", "sh", "-c", f"exit {code}").returncode == code


def test_exec_of_a_killed_child_is_the_shells_code() -> None:
    assert _run("exec", *SMALL, "--", "sh", "-c", "kill -KILL $$").returncode == 137


def test_exec_of_a_command_that_does_not_exist() -> None:
    done = _run("exec", *SMALL, "--", "no-such-command")
    assert (done.returncode, "no-such-command" in done.stderr) == (127, True)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_exec_passes_signals_on_and_stops(number: signal.Signals) -> None:
    # Ready only when the parent surely waits for it; gives up by itself if no signal comes.
    script = (
        "trap 'echo caught; exit 3' INT TERM; sleep 0.3; echo ready;"
        "for _ in $(seq 200); do sleep 0.05; done; echo 'no signal'; exit 9"
    )
    program = subprocess.Popen(
        [*SANDBOX, "exec", *SMALL, "--", "sh", "-c", script], stdout=subprocess.PIPE, text=True
    )
    assert program.stdout is not None
    with program, program.stdout:
        assert program.stdout.readline() == "ready\n"
        program.send_signal(number)
        assert program.stdout.read() == "caught\n"
        assert program.wait(timeout=30) == 3


def test_serve_prints_what_to_export_and_stops_on_interrupt() -> None:
    program = subprocess.Popen([*SANDBOX, "serve", *SMALL], stdout=subprocess.PIPE, text=True)
    assert program.stdout is not None
    with program, program.stdout:
        names = {program.stdout.readline().split()[1].partition("=")[0] for _ in VARIABLES}
        assert names == VARIABLES
        program.send_signal(signal.SIGINT)
        assert program.wait(timeout=30) == 0


def test_options_come_from_the_environment() -> None:
    environment = {"SANDBOX_FAULTS": "endpoint=team_members kind=http_503; ", "AS_OF": "2026-06-11"}
    done = _run("exec", "--people", "2", "--", sys.executable, "-c", ASK, environment=environment)
    assert (done.returncode, done.stdout.strip()) == (0, "503")
    assert "up to 2026-06-11" in done.stderr


def test_option_wins_over_the_environment() -> None:
    environment = {"SANDBOX_FAULTS": "endpoint=* kind=http_503"}
    assert _child(ASK, "--fault", "endpoint=users kind=http_500", environment=environment) == "200"


@pytest.mark.parametrize(
    ("arguments", "environment", "words"),
    [
        (["exec"], {}, "command"),
        (["exec", "--fault", "kind=x", "--", "true"], {}, "endpoint="),
        (["exec", "--as-of", "soon", "--", "true"], {}, "ISO date"),
        (["exec", "--shape", "round", "--", "true"], {}, "round"),
        (["exec", "--people", "many", "--", "true"], {}, "many"),
        (["exec", "--", "true"], {"SANDBOX_FAULTS": "x"}, "SANDBOX_FAULTS"),
        (["exec", "--", "true"], {"SANDBOX_SHAPE": "round"}, "SANDBOX_SHAPE"),
        (["exec", "--", "true"], {"AS_OF": "soon"}, "ISO date"),
    ],
)
def test_wrong_options_are_refused_in_one_line(
    arguments: list[str], environment: dict[str, str], words: str
) -> None:
    done = _run(*arguments, environment=environment)
    assert done.returncode == 7
    assert words in done.stderr.splitlines()[-2]


def test_truth_is_written(tmp_path: Path) -> None:
    done = _run("truth", *SMALL, "--out", str(tmp_path / "truth"))
    assert done.returncode == 0, done.stderr
    assert list((tmp_path / "truth").iterdir())


def test_help_is_the_manual() -> None:
    manual = _run("--help").stdout + _run("exec", "--help").stdout
    for word in (
        "SANDBOX_FAULTS",
        "--rate-limit-window",
        "--replay",
        "--revision",
        "--as-of",
        "--export-dir",
    ):
        assert word in manual
