"""The whole way once: extract, build, publish, summary. `make run` and `bin/run` are this.

A step that fails does not stop the next one (what did load is built and shown), but decides the exit code
(docs/exit-codes.md); of several, the one that weighs most. Only what passed its tests is published: until then readers keep
the snapshot before. `bin/run backfill` loads history instead of the newest days (`make backfill`).
"""

import datetime as dt
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from warehouse.command import begin  # noqa: E402 - the root is on the path only now
from warehouse.env_file import settings_file  # noqa: E402
from warehouse.exit_codes import Exit, worst  # noqa: E402
from warehouse.logs import begin_run, stdout_is_log  # noqa: E402
from warehouse.logs import step as log_step  # noqa: E402
from warehouse.origin import SANDBOX, bind, chosen_origin  # noqa: E402
from warehouse.remote.checkpoints import checkpoint, is_lost  # noqa: E402
from warehouse.run_record import note_step  # noqa: E402
from warehouse.settings import (  # noqa: E402
    ConfigError,
    WarehouseSettings,
    read_environment,
    read_place_of_run,
    read_warehouse_settings,
)

BUILD = ("bin/build.py",)
OUTCOMES: dict[int, str] = {
    Exit.WELL: "ok",
    Exit.FINDINGS: "findings",
    Exit.ROWS_KEPT_OUT: "rows_kept_out",
}
"""How a step ended that did what it should; every other one has failed."""
BACKFILL = "backfill"
STOPS = (Exit.FAILED, Exit.SETTING_WRONG, Exit.INTERRUPTED)
"""After these of the loader there is nothing to build: the machine refused, nothing was read, or nobody waits any more."""


def main(given: Sequence[str] | None = None) -> int:
    """Run the steps and return the exit code; `backfill` is the one argument there is."""
    arguments = tuple(sys.argv[1:] if given is None else given)
    os.chdir(ROOT)
    stdout_is_log()
    begin_run(os.environ)
    if arguments not in ((), (BACKFILL,)):
        print(f"run: {' '.join(arguments)}: only `{BACKFILL}` may stand here", file=sys.stderr)
        return Exit.SETTING_WRONG
    try:
        origin = _begin()
    except ConfigError as error:
        print(f"run: {error}", file=sys.stderr)
        return Exit.SETTING_WRONG
    os.environ["DATA_ORIGIN"] = origin
    codes: dict[str, int] = {}
    # People who asked to be erased go first, so that no newer copy of them is made; so do erased ones whom a backup
    # brought back.
    state = _state_dir()
    asked_elsewhere = bool(os.environ.get("STATE_URL", "").strip())
    if asked_elsewhere or (state / "erasures").exists() or (state / "suppression.json").exists():
        codes["erase"] = step("erase", "-m", "privacy", "erase")
    loader = ("-m", "extract", *arguments)
    with_sandbox = ("-m", "sandbox", "exec", "--", sys.executable)
    codes["extract"] = step("extract", *(with_sandbox if origin == SANDBOX else ()), *loader)
    if codes["extract"] in STOPS:
        return codes["extract"]
    codes["build"] = step("build", *BUILD)
    if codes["build"] == Exit.INTERRUPTED:
        return Exit.INTERRUPTED
    if codes["build"] == Exit.WELL:
        codes["publish"] = step("publish", "-m", "serving", "publish")
    codes["summary"] = step("summary", "-m", "serving", "summary")
    return ended(codes)


def ended(codes: dict[str, int]) -> Exit:
    """Say which steps did not end well and return the run's code."""
    code = worst(*codes.values())
    wrong = [name for name, one in codes.items() if one not in (Exit.WELL, Exit.FINDINGS)]
    if wrong:
        print(f"run: NOT everything worked: {', '.join(wrong)} (see above)", file=sys.stderr)
    return code


def step(name: str, *command: str) -> int:
    """Run a program of ours, write down what it took, and return its code."""
    began = time.monotonic()
    code = _code_of(*command)
    took, now = time.monotonic() - began, dt.datetime.now(dt.UTC)
    place = read_place_of_run(read_environment())
    note_step(_state_dir(), name, took, code, ended_at=now, environment=place)
    log_step(f"run {name}", outcome=OUTCOMES.get(code, "failed"), seconds=took, exit_code=int(code))
    # A run that is killed in a later step does not lose this one. `publish` and `summary` are put back together, at the end.
    if name in ("erase", "extract", "build"):
        checkpoint()
    return code


def _state_dir() -> Path:
    return Path(os.environ.get("STATE_DIR") or "data/state")


def _code_of(*command: str) -> int:
    child = subprocess.Popen([sys.executable, *command], cwd=ROOT)
    try:
        code = child.wait()
    except KeyboardInterrupt:
        # The keyboard's interrupt reached it too; it says what it leaves. A lost lock is known to this process alone.
        if is_lost():
            child.terminate()
        child.wait()
        raise
    return Exit.INTERRUPTED if code == -2 else code


def _begin() -> str:
    env = read_environment()
    file = settings_file(os.environ)
    origin = chosen_origin(env, file)
    bind(WarehouseSettings(**read_warehouse_settings(env)), origin, file)
    return origin


if __name__ == "__main__":
    os.chdir(ROOT)
    os.environ["PATH"] = f"{ROOT}/.venv/bin{os.pathsep}{os.environ.get('PATH', '')}"
    begin("run", main)
