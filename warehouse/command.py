"""The one way in for all programs: `.env` is read, and whatever happens ends in a sentence and a code of the table.

if __name__ == "__main__":
begin("serving", main)
"""

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import NoReturn

from warehouse.env_file import EnvFileError, additions
from warehouse.exit_codes import OF_MAKE, Exit, said
from warehouse.logs import program_log, say_traceback
from warehouse.machine import refusal
from warehouse.private import for_the_owner_only
from warehouse.remote.errors import BusyError, RemoteError
from warehouse.remote.uses import around
from warehouse.settings import ConfigError


def begin(name: str, main: Callable[[], int]) -> NoReturn:
    """Run a program and end with its code, which the last line names when not all is well."""
    for_the_owner_only()
    code = run(name, main)
    try:
        sys.stdout.flush()
    except BrokenPipeError:  # whoever read has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(code)


def run(name: str, main: Callable[[], int]) -> int:
    """Run a program with the settings of `.env` and return its exit code."""
    try:
        os.environ.update(additions(os.environ))
        with program_log(name, os.environ):
            return _with_last_line(name, _run(name, main))
    except (EnvFileError, ConfigError) as error:
        return _with_last_line(name, _ended(name, str(error), Exit.SETTING_WRONG))


def _run(name: str, main: Callable[[], int]) -> int:
    try:
        with around(name, sys.argv[1:]):
            return main()
    except ConfigError as error:
        return _ended(name, str(error), Exit.SETTING_WRONG)
    except BusyError as error:
        return _ended(name, str(error), Exit.BUSY)
    except RemoteError as error:
        return _ended(name, str(error), Exit.FAILED)
    except SystemExit as ended:
        if isinstance(ended.code, str):
            return _ended(name, ended.code, Exit.FAILED)
        # A command line that was not understood.
        return Exit.SETTING_WRONG if ended.code == OF_MAKE else ended.code or Exit.WELL
    except KeyboardInterrupt:
        return _ended(name, "interrupted", Exit.INTERRUPTED)
    except BrokenPipeError:
        return Exit.WELL
    except Exception as error:
        refused = refusal(error)
        if refused is None:
            # Our own mistake: whoever repairs it needs all of it.
            say_traceback()
            return Exit.FAILED
        return _ended(name, refused, Exit.FAILED)


def _with_last_line(name: str, code: int) -> int:
    """Say the code as the last line, when not all is well."""
    with suppress(BrokenPipeError):
        sys.stdout.flush()
    if code:
        sys.stderr.write(said(name, code) + "\n")
    return code


def _ended(name: str, message: str, code: Exit) -> Exit:
    sys.stderr.write(f"{name}: {message}\n")
    return code
