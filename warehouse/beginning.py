"""What is said before a program's own code is read: that this Python will not do, that packages are missing, Ctrl-C.

Imported by the `__init__.py` of every folder that is a program. An older Python has to be able to read it, and them.
"""

import importlib.util
import sys

OLDEST, NEWEST = (3, 11), (3, 13)
WRONG = 7
"""The exit code of a wrong setting (warehouse/exit_codes.py)."""
REMEDY = "Run it in the project's environment: . .venv/bin/activate (make setup makes it)."


def check(program: str) -> None:
    """End with a sentence where the program cannot run; only where it is one: `python -m PROGRAM`."""
    if sys.argv[:1] != ["-m"]:
        return
    why = ""
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        found = ".".join(map(str, sys.version_info[:2]))
        why = f"Python 3.11, 3.12 or 3.13 is needed, and {sys.executable} is {found}."
    elif importlib.util.find_spec("duckdb") is None:
        why = f"{sys.executable} has not the project's packages."
    if why:
        sys.stderr.write(f"{program}: {why} {REMEDY}\n{program}: exit code {WRONG}\n")
        sys.exit(WRONG)
    usual = sys.excepthook

    def hook(kind, error, trace):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202 - as sys has it
        if kind is KeyboardInterrupt:
            sys.stderr.write(f"{program}: interrupted\n")
        else:
            usual(kind, error, trace)

    sys.excepthook = hook
