"""pytest and dbt in a copy, forked from a process that has imported the libraries: half of a short run is importing them.

This file is also that process, one per copy. It imports libraries only and nothing of the project, so that each run
imports the project's modules anew, as they stand in the copy with a fault in it.
"""

import atexit
import contextlib
import importlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NoReturn

LIBRARIES = {
    "pytest": (
        *("pytest", "hypothesis", "duckdb", "pyarrow.parquet", "pyarrow.compute", "pyarrow.csv"),
        *("orjson", "dlt", "dlt.destinations", "fastapi", "uvicorn", "httpx", "prometheus_client"),
    ),
    "dbt": ("dbt.cli.main", "dbt.adapters.duckdb"),
}
# By name, because pytest would import anew, to rewrite it, whatever comes with a plugin that it finds by itself.
PLUGINS = ("xdist.plugin", "_hypothesis_pytestplugin", "anyio.pytest_plugin")
LOG = Path("data") / "mutants" / "run.log"
_servers: dict[Path, "subprocess.Popen[str]"] = {}
cpu_seconds: list[float] = []
"""What each run has used, with everything that it started and waited for."""


class TooLongError(Exception):
    """A run did not end in time, and was killed with everything it had started."""


@contextlib.contextmanager
def ending_with(folders: Sequence[Path]) -> Iterator[None]:
    """End the copies' processes at the end."""
    try:
        yield
    finally:
        for folder in folders:
            server = _servers.pop(folder, None)
            if server is not None:
                server.communicate()  # without another question it ends


def run(
    program: str, folder: Path, arguments: Sequence[str], env: dict[str, str], seconds: float
) -> tuple[int, str]:
    """Run `pytest` or `dbt` in a copy, one at a time in each; return the exit code and what was said.

    Raises:
        TooLongError: It took longer than so many seconds.
    """
    if folder not in _servers:
        _servers[folder] = subprocess.Popen(
            [sys.executable, "-P", __file__],
            cwd=folder,
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
    server = _servers[folder]
    asked = {
        "program": program,
        "libraries": LIBRARIES[program],
        "arguments": list(arguments),
        "env": env,
        "seconds": seconds,
    }
    assert server.stdin is not None
    assert server.stdout is not None
    server.stdin.write(json.dumps(asked) + "\n")
    server.stdin.flush()
    done = json.loads(server.stdout.readline())
    cpu_seconds.append(done["cpu_seconds"])
    if done["is_late"]:
        raise TooLongError(f"took longer than {seconds:.0f} s")
    return done["code"], (folder / LOG).read_text(encoding="utf-8", errors="replace")


def _serve() -> None:
    for line in sys.stdin:
        asked = json.loads(line)
        for library in asked["libraries"]:
            with contextlib.suppress(ModuleNotFoundError):  # a run that needs it will say so
                importlib.import_module(library)
        child = os.fork()
        if child == 0:
            _run(asked)
        sys.stdout.write(json.dumps(_ended(child, asked["seconds"])) + "\n")
        sys.stdout.flush()


def _ended(child: int, seconds: float) -> dict[str, Any]:
    """Wait for a run; return how it ended."""
    until, is_late = time.monotonic() + seconds, False
    found, status, used = os.wait4(child, os.WNOHANG)
    while not found:
        if time.monotonic() > until and not is_late:
            is_late = True
            os.killpg(child, signal.SIGKILL)
        time.sleep(0.02)
        found, status, used = os.wait4(child, os.WNOHANG)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)  # what it has started and left behind
    cpu = used.ru_utime + used.ru_stime
    return {"code": os.waitstatus_to_exitcode(status), "is_late": is_late, "cpu_seconds": cpu}


def _run(asked: dict[str, Any]) -> NoReturn:
    """Become the program, in a session of its own."""
    os.setsid()
    os.environ.clear()
    os.environ.update(asked["env"])
    nothing, log = (
        os.open(os.devnull, os.O_RDONLY),
        os.open(LOG, os.O_WRONLY | os.O_CREAT | os.O_TRUNC),
    )
    for file, number in ((nothing, 0), (log, 1), (log, 2)):
        os.dup2(file, number)
    sys.path.insert(0, str(Path.cwd()))
    code = 1
    try:
        code = (_pytest if asked["program"] == "pytest" else _dbt)(asked["arguments"])
        atexit._run_exitfuncs()  # as at the end of any program: dbt closes the warehouse here
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _pytest(arguments: list[str]) -> int:
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    named = [word for plugin in PLUGINS for word in ("-p", plugin)]
    return int(importlib.import_module("pytest").main([*named, *arguments]))


def _dbt(arguments: list[str]) -> int:
    from dbt.cli.main import dbtRunner

    done = dbtRunner().invoke(arguments)
    if done.exception is not None:
        sys.stderr.write(f"{done.exception}\n")
    return 0 if done.success else 1


if __name__ == "__main__":
    _serve()
