"""The programs that draw: a few, started when they are needed, each drawing one picture at a time.

The drawing library holds Python's lock while it draws, so in the service's own process one picture would make every page
wait. A program that breaks or takes too long is replaced; all end when the service does.
"""

import atexit
import contextlib
import json
import os
import queue
import subprocess
import sys
import threading
from pathlib import Path
from typing import Literal

from serving.web.marks import Spec

Form = Literal["svg", "png"]
MOST_DRAWERS = max(1, min(4, os.cpu_count() or 1))
MOST_SECONDS = 30.0
"""Of one picture, on a machine that is busy with more important things: it takes a twentieth of a second of work."""
_ROOT = Path(__file__).resolve().parents[2]


class DrawingError(Exception):
    """A picture could not be drawn; the program's own words are in the service's log."""


class Drawers:
    """Up to as many programs as are asked for."""

    def __init__(self, most: int) -> None:
        # The one that drew last comes first: another is started only when all that run are busy.
        self._free: queue.LifoQueue[_Drawer | None] = queue.LifoQueue()
        for _ in range(most):
            self._free.put(None)
        self._most = most

    def draw(self, spec: Spec, form: Form = "svg") -> bytes:
        """Draw; the calling thread waits.

        Raises:
            DrawingError: It could not be drawn.
        """
        drawer = self._free.get()
        try:
            drawer = drawer or _Drawer()
            return drawer.draw(spec, form)
        except OSError as error:
            if drawer is not None:
                drawer.end()
            drawer = None
            raise DrawingError(type(error).__name__) from error
        finally:
            self._free.put(drawer)

    def end(self) -> None:
        """End all programs; whoever draws next starts them anew."""
        for _ in range(self._most):
            drawer = self._free.get()
            if drawer is not None:
                drawer.end()
            self._free.put(None)


class _Drawer:
    """One program: a line of JSON goes in, a length and as many bytes come out (`drawing.serve`)."""

    def __init__(self) -> None:
        self._program = subprocess.Popen(
            [sys.executable, "-m", "serving.web.drawing"],
            cwd=_ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # Ctrl-C is for the service; this ends when nobody asks any more. No session of its own: Linux shares the
            # processors out by sessions, and a picture must not weigh as much as all pages.
            process_group=0,
        )

    def draw(self, spec: Spec, form: Form) -> bytes:
        sent, received = self._program.stdin, self._program.stdout
        assert sent is not None  # noqa: S101 - opened as pipes
        assert received is not None  # noqa: S101
        in_time = threading.Timer(MOST_SECONDS, self._program.kill)
        in_time.daemon = True
        in_time.start()
        try:
            sent.write(json.dumps({"form": form, "spec": spec}).encode() + b"\n")
            sent.flush()
            length = received.readline()
            picture = received.read(int(length or 0))
        finally:
            in_time.cancel()
        if not length or len(picture) != int(length):
            raise BrokenPipeError
        if not picture:
            raise DrawingError("the picture cannot be drawn")
        return picture

    def end(self) -> None:
        assert self._program.stdin is not None  # noqa: S101 - opened as a pipe
        with contextlib.suppress(OSError):
            self._program.stdin.close()
        self._program.kill()
        self._program.wait()
        assert self._program.stdout is not None  # noqa: S101 - opened as a pipe
        self._program.stdout.close()


DRAWERS = Drawers(MOST_DRAWERS)
atexit.register(DRAWERS.end)
