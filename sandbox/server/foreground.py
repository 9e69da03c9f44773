"""What the command line does with a server: serve until interrupted, or run a child against it."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from sandbox.server.faults import Fault
from sandbox.server.options import ServerOptions, WorldOptions
from sandbox.server.running import Running, running

NOTICE = "SANDBOX: ALL DATA IS INVENTED. NO VENDOR IS ASKED, NO NUMBER BELOW IS REAL."
_PASSED_ON = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
_NOT_FOUND, _NOT_EXECUTABLE = 127, 126


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def _describe(world: WorldOptions, options: ServerOptions, server: Running) -> str:
    if options.replay:
        return f"sandbox: recorded answers of {options.replay} at {server.url}"
    return (
        f"sandbox: {world.people} people, {world.days} days up to {world.as_of}, "
        f"seed {world.seed}, revision {world.revision}, at {server.url}"
    )


def serve(
    world: WorldOptions,
    options: ServerOptions,
    faults: Sequence[Fault],
    port: int,
    export_dir: Path | None = None,
) -> int:
    """Serve until SIGINT or SIGTERM; the variables to export are written to standard output."""
    stop = threading.Event()

    def stopped(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stopped)
    with running(world, faults=faults, options=options, port=port, export_dir=export_dir) as server:
        _say(NOTICE)
        _say(_describe(world, options, server))
        for name, value in server.env.items():
            sys.stdout.write(f"export {name}={value}\n")
        sys.stdout.flush()
        stop.wait()
    return 0


def execute(
    world: WorldOptions,
    options: ServerOptions,
    faults: Sequence[Fault],
    port: int,
    command: Sequence[str],
    export_dir: Path | None = None,
) -> int:
    """Run a command against a server of its own and return the command's exit code.

    The child has a session of its own, so an interrupt from the keyboard reaches it once,
    through this program, like every other signal.
    """
    with running(world, faults=faults, options=options, port=port, export_dir=export_dir) as server:
        _say(NOTICE)
        _say(_describe(world, options, server))
        child: subprocess.Popen[bytes] | None = None
        early: list[int] = []

        def pass_on(number: int, _frame: FrameType | None) -> None:
            if child is None:
                early.append(number)
            elif child.poll() is None:
                os.killpg(child.pid, number)

        before = {number: signal.signal(number, pass_on) for number in _PASSED_ON}
        try:
            child = subprocess.Popen(
                command, env={**os.environ, **server.env}, start_new_session=True
            )
            for number in early:
                os.killpg(child.pid, number)
            code = child.wait()
        except FileNotFoundError:
            _say(f"sandbox: command not found: {command[0]}")
            return _NOT_FOUND
        except PermissionError:
            _say(f"sandbox: not executable: {command[0]}")
            return _NOT_EXECUTABLE
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
    return 128 - code if code < 0 else code
