"""The programs of the chain, imported once and forked for every run.

A run costs what it does, not what importing dbt and reading the project cost (about six seconds of
CPU each time). The process that is forked has no thread of Python's and no connection; every run is a process of
its own, in a session of its own, so that it can be killed like a real one.
"""

import contextlib
import importlib
import multiprocessing
import os
import runpy
import shutil
import signal
import sys
from collections.abc import Callable, Sequence
from multiprocessing.context import ForkServerContext
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from tests.recording import Recorder

ROOT = Path(__file__).resolve().parents[1]
PARSE_CACHE = "partial_parse.msgpack"
PARSED = "E2E_DBT_TARGET"
"""Names the folder of dbt's parse cache for the process that is forked."""
PARSED_FOR = "data/test/warehouse.duckdb"
"""The warehouse that `bin/lint` parses for: dbt reads the whole project again for one of another name."""

_FEW_THREADS = {
    "OPENBLAS_NUM_THREADS": "1",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
}
"""Libraries that begin a thread when they are imported: what such a one holds while another forks, is held for good."""

_manifest: Any = None


def _read_project() -> None:
    """Import the programs and parse the dbt project; done once, in the process that is forked."""
    global _manifest
    from dbt.cli.main import dbtRunner

    import extract.cli  # noqa: F401  (imported for the forked runs)
    import sandbox.server.foreground  # noqa: F401  (the same)
    from tests import hints

    hints.remember()

    # DuckDB looks for it when a statement has its first value: a second of CPU for every run that is forked before.
    with contextlib.suppress(ImportError):
        importlib.import_module("pandas")
    os.environ |= {"DBT_TARGET_PATH": os.environ[PARSED], "DUCKDB_PATH": PARSED_FOR}
    quiet = ["--log-level", "none", "--log-level-file", "none"]
    found = dbtRunner().invoke([*quiet, "parse", "--profiles-dir", str(ROOT / "profiles")])
    _manifest = found.result if found.success else None


if PARSED in os.environ and multiprocessing.current_process().name == "MainProcess":
    _read_project()


def forkserver(worker: str) -> ForkServerContext:
    """Return the context whose processes begin with everything imported.

    Args:
        worker: Names this process among those that test side by side; each has a parse cache of its own.
    """
    os.environ[PARSED] = str(parse_cache(worker))
    os.environ |= _FEW_THREADS
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    return context


def parse_cache(worker: str) -> Path:
    """Return the folder of dbt's parse cache of a worker.

    It begins with what `bin/lint` has parsed, if it has: dbt reads again what changed since.
    """
    folder = ROOT / "data" / ".cache" / "warm" / worker
    folder.mkdir(parents=True, exist_ok=True)
    cache, of_lint = folder / PARSE_CACHE, ROOT / "data" / "lint" / "target" / PARSE_CACHE
    if of_lint.exists() and not cache.exists():
        shutil.copy(of_lint, cache)
    return folder


def start(
    context: ForkServerContext,
    program: Callable[[Sequence[str]], int],
    arguments: Sequence[str],
    env: dict[str, str],
    log: Path,
    errors: Path | None = None,
) -> BaseProcess:
    """Start a program; its output is appended to `log`, what it says of errors to `errors` if they are kept apart."""
    files = (str(log), str(errors or log))
    child = context.Process(target=_run, args=(program, list(arguments), env, files))
    child.start()
    return child


def kill_after(child: BaseProcess, seconds: float) -> bool:
    """Kill a run and everything it started; say whether it was still running."""
    child.join(seconds)
    assert child.pid is not None
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.join()
    return child.exitcode == -signal.SIGKILL


def _run(
    program: Callable[[Sequence[str]], int],
    arguments: Sequence[str],
    env: dict[str, str],
    files: tuple[str, str],
) -> None:
    os.setsid()
    os.chdir(ROOT)
    os.environ.clear()
    os.environ.update(env)
    for number, file in enumerate(files, start=1):
        os.dup2(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND), number)
    code = program(arguments)
    sys.stdout.flush()
    sys.stderr.flush()
    used = os.times()
    Path(f"{files[0]}.cpu").write_text(str(used.user + used.system), encoding="utf-8")
    os._exit(code)


def dbt(arguments: Sequence[str]) -> int:
    """Run dbt as its command line would; write its statements into the file E2E_DBT_RECORD names."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    recorder = Recorder()
    done = dbtRunner(manifest=_manifest, callbacks=[recorder.hear]).invoke(list(arguments))
    # At the end of a program it does so itself; a forked one has no such end.
    DuckDBConnectionManager.close_all_connections()  # type: ignore[no-untyped-call]
    if done.exception is not None:
        sys.stderr.write(f"{done.exception}\n")
    record = os.environ.get("E2E_DBT_RECORD")
    if done.success and record:
        recorder.write(Path(record), _manifest, os.environ)
    return 0 if done.success else 1


def extract(arguments: Sequence[str]) -> int:
    """Run the loader as its command line would."""
    from extract.cli import main

    return main(arguments)


def logged_extract(arguments: Sequence[str]) -> int:
    """Run the loader as `python -m extract` is run, with its output in the format that is set."""
    from warehouse.command import run

    return run("extract", lambda: extract(arguments))


def sandbox(arguments: Sequence[str]) -> int:
    """Run `python -m sandbox`."""
    sys.argv[1:] = arguments
    try:
        runpy.run_module("sandbox", run_name="__main__", alter_sys=True)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else bool(end.code)
    return 0


def serving(arguments: Sequence[str]) -> int:
    """Run the publisher as its command line would.

    A replayed build leaves no record of dbt by which it could be known that the tests passed; the tests of the gate are
    tests/unit/serving/test_tested.py.
    """
    from serving import publish
    from serving.__main__ import main

    vars(publish)["why_untested"] = lambda *_: None
    return main(list(arguments))
