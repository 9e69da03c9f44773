"""pytest and dbt in a copy, forked from a process that has imported the libraries: half of a short run is importing them.

Only libraries are imported beforehand. What stands in the checkout is imported by each run anew, from its copy.
"""

import atexit
import contextlib
import importlib
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.mutants.copies import ROOT

LIBRARIES = (
    *("pytest", "hypothesis", "duckdb", "pyarrow.parquet", "pyarrow.compute", "pyarrow.csv"),
    *("orjson", "dlt", "dlt.destinations", "fastapi", "uvicorn", "httpx", "prometheus_client"),
    *("dbt.cli.main", "dbt.adapters.duckdb"),
)
# By name, because pytest would import anew, to rewrite it, whatever comes with a plugin that it finds by itself.
PLUGINS = ("xdist.plugin", "_hypothesis_pytestplugin", "anyio.pytest_plugin")
IN_FORKED = "MUTANTS_FORKED"

if os.environ.get(IN_FORKED) and multiprocessing.current_process().name == "MainProcess":
    for _library in LIBRARIES:
        importlib.import_module(_library)


cpu_seconds: list[float] = []
"""What each run has used, with everything it started and waited for; what was killed is not counted."""


class TooLongError(Exception):
    """A run did not end in time."""


def pytest(
    folder: Path, arguments: Sequence[str], env: dict[str, str], seconds: float
) -> tuple[int, str]:
    """Run pytest in a copy; return its exit code and what it said.

    Raises:
        TooLongError: It was killed.
    """
    named = [word for plugin in PLUGINS for word in ("-p", plugin)]
    env = {**env, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    return _forked(_pytest, folder, [*named, *arguments], env, seconds)


def dbt(
    folder: Path, arguments: Sequence[str], env: dict[str, str], seconds: float
) -> tuple[int, str]:
    """Run dbt in a copy; return its exit code and what it said.

    Raises:
        TooLongError: It was killed.
    """
    return _forked(_dbt, folder, arguments, env, seconds)


def _forked(
    program: Callable[[list[str]], int],
    folder: Path,
    arguments: Sequence[str],
    env: dict[str, str],
    seconds: float,
) -> tuple[int, str]:
    log = folder / "data" / "mutants" / "run.log"
    os.environ[IN_FORKED] = "1"
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    log.with_suffix(".cpu").unlink(missing_ok=True)
    child = context.Process(target=_run, args=(program, folder, list(arguments), env, log))
    child.start()
    child.join(seconds)
    is_late = child.exitcode is None
    # What it started and left behind goes with it.
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid or 0, signal.SIGKILL)
    child.join()
    if is_late:
        raise TooLongError(f"took longer than {seconds:.0f} s")
    with contextlib.suppress(FileNotFoundError, ValueError):
        cpu_seconds.append(float(log.with_suffix(".cpu").read_text(encoding="ascii")))
    return int(child.exitcode or 0), log.read_text(encoding="utf-8", errors="replace")


def _run(
    program: Callable[[list[str]], int],
    folder: Path,
    arguments: list[str],
    env: dict[str, str],
    log: Path,
) -> None:
    os.setsid()
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(env)
    file = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    for number in (1, 2):
        os.dup2(file, number)
    ours = [
        name
        for name, module in sys.modules.items()
        if name.partition(".")[0] == "tests"
        or Path(getattr(module, "__file__", None) or "/").is_relative_to(ROOT / "tests")
    ]
    for name in ours:
        del sys.modules[name]
    sys.path[:] = [str(folder), *(path for path in sys.path if Path(path).resolve() != ROOT)]
    importlib.invalidate_caches()
    code = program(arguments)
    atexit._run_exitfuncs()  # as at the end of any program: dbt closes the warehouse here
    sys.stdout.flush()
    sys.stderr.flush()
    log.with_suffix(".cpu").write_text(str(sum(os.times()[:4])), encoding="ascii")
    os._exit(code)


def _pytest(arguments: list[str]) -> int:
    runner = importlib.import_module("pytest")
    return int(runner.main(arguments))


def _dbt(arguments: list[str]) -> int:
    from dbt.cli.main import dbtRunner

    done = dbtRunner().invoke(arguments)
    if done.exception is not None:
        sys.stderr.write(f"{done.exception}\n")
    return 0 if done.success else 1
