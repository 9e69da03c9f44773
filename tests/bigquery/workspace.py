"""Where the proof works, and how it runs dbt: never in `./target`, never on the user's warehouse."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
WORK = ROOT / "data" / "bigquery-check"
PROJECT = "offline-project"
PREFIX = "ai_usage_"


GRACE_SECONDS = 2.0
"""Time for a program that is told to end to tell its own children."""

_RUNNING: set[int] = set()
"""Process groups that would go on without this process."""


class CommandFailedError(Exception):
    """A program of the proof ended with an error; the message is the end of what it said."""


def environment(**changes: str) -> dict[str, str]:
    """Return this process's environment with what the proof fixes."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PYTEST_", "DBT_")) and name not in ("WAREHOUSE", "SOURCES")
    }
    fixed = {
        "BIGQUERY_PROJECT": PROJECT,
        "DATASET_PREFIX": PREFIX,
        "DBT_PROFILES_DIR": str(ROOT / "profiles"),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "PYTHONWARNINGS": "ignore",
    }
    return kept | fixed | changes


def run(arguments: list[str], log: Path, env: dict[str, str], timeout: float = 1800.0) -> float:
    """Run a program from the root of the repository; its output goes to a log. Return seconds.

    Raises:
        CommandFailedError: It ended with a code other than 0.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    code: int | str
    with log.open("w") as output:
        process = subprocess.Popen(
            arguments, cwd=ROOT, env=env, stdout=output, stderr=output, start_new_session=True
        )
        _RUNNING.add(process.pid)
        try:
            code = process.wait(timeout)
        except BaseException as stopped:
            # Its children too: a client may wait for ever for a service that is gone.
            _end_group(process.pid)
            process.wait()
            if not isinstance(stopped, subprocess.TimeoutExpired):
                raise
            code = f"nothing after {timeout:.0f} seconds"
        finally:
            _RUNNING.discard(process.pid)
    if code:
        tail = "\n".join(log.read_text().splitlines()[-60:])
        raise CommandFailedError(f"{' '.join(arguments[:6])} ended with {code}:\n{tail}")
    return time.monotonic() - started


def end_with_everything() -> None:
    """When this process is told to end, have all that it started end as well."""

    def end(number: int, _: object) -> None:
        for group in list(_RUNNING):
            _end_group(group)
        raise SystemExit(128 + number)

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)


def _end_group(group: int) -> None:
    """Tell a group to end, twice because dlt waits for its jobs at the first time; then make it."""
    for number in (signal.SIGTERM, signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(group, number)
        except ProcessLookupError:
            return
        time.sleep(GRACE_SECONDS)


def dbt(*arguments: str, target: str, target_path: Path, env: dict[str, str]) -> float:
    """Run one dbt command with a target path of its own. Return seconds."""
    command = [sys.executable, "-m", "dbt.cli.main", "--no-use-colors", *arguments]
    command += ["--target", target, "--target-path", str(target_path)]
    command += ["--log-path", str(target_path / "logs")]
    return run(command, target_path / f"{arguments[0]}.log", env)
