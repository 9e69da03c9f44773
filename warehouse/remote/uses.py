"""Which programs change the state, which read what is published, and which need neither."""

import contextlib
import os
from collections.abc import Sequence
from contextlib import AbstractContextManager

CHANGE = {"run", "extract", "build", "privacy", "migration", "serving publish", "serving notify"}
READ = {
    *("serving focus", "serving summary", "serving explain", "serving spot-check"),
    *("serving worklist", "serving site", "serving report", "dashboards"),
}

OWN = {"serving api", "serving tokens"}
"""These do it themselves (`serving/elsewhere.py`)."""


def around(program: str, arguments: Sequence[str]) -> AbstractContextManager[None]:
    """Return what has to be done around a program: nothing, where neither variable is set."""
    if not (os.environ.get("STATE_URL", "").strip() or os.environ.get("PUBLISH_URL", "").strip()):
        return contextlib.nullcontext()
    # Only now: it costs start-up that nobody without these needs.
    from warehouse.remote import held

    command = f"{program} {arguments[0]}" if arguments else program
    if {program, command} & CHANGE:
        return held.holding(program, os.environ)
    if {program, command} & READ:
        return held.reading(program, os.environ)
    return contextlib.nullcontext()
