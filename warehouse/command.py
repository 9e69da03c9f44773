"""The one way in for all programs: `.env` is read, and whatever happens ends in a sentence and a code of the table.

if __name__ == "__main__":
begin("serving", main)
"""

import os
import sys
import traceback
from collections.abc import Callable
from typing import NoReturn

from warehouse.env_file import EnvFileError, additions
from warehouse.exit_codes import OF_MAKE, Exit, said
from warehouse.machine import refusal
from warehouse.private import for_the_owner_only


def begin(name: str, main: Callable[[], int]) -> NoReturn:
    """Run a program and end with its code, which the last line names when not all is well."""
    for_the_owner_only()
    code = run(name, main)
    try:
        sys.stdout.flush()
    except BrokenPipeError:  # whoever read has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if code:
        sys.stderr.write(said(name, code) + "\n")
    sys.exit(code)


def run(name: str, main: Callable[[], int]) -> int:
    """Run a program with the settings of `.env` and return its exit code."""
    try:
        os.environ.update(additions(os.environ))
        return main()
    except EnvFileError as error:
        return _ended(name, str(error), Exit.SETTING_WRONG)
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
            traceback.print_exc()
            return Exit.FAILED
        return _ended(name, refused, Exit.FAILED)


def _ended(name: str, message: str, code: Exit) -> Exit:
    sys.stderr.write(f"{name}: {message}\n")
    return code
