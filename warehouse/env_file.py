"""`.env`: lines of NAME=VALUE, read to the letter and never run.

    python warehouse/env_file.py export          print what it adds to the environment, for `eval` of a shell
    python warehouse/env_file.py exec COMMAND …  run a command with it

What the environment says already, even if it is empty, wins. `ENV_FILE` names another file; empty, there is none. A value
may stand in quotes; without them, ` #` begins a comment. What only a shell would understand (`$HOME`, `~`, a backslash) is
refused rather than taken for text or run; in single quotes it is text. This file needs nothing but Python itself, because
`bin/setup` reads `.env` before anything is installed.
"""

import os
import re
import shlex
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VARIABLE = "ENV_FILE"
WRONG = 7
"""The exit code of a wrong setting (warehouse/exit_codes.py, which older Pythons could not read)."""

_LINE = re.compile(r"(?:export\s+)?([^=\s]+)\s*=\s*(.*)", re.DOTALL)
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_QUOTED = re.compile(r"""(?:'([^']*)'|"([^"]*)")\s*(?:#.*)?""")
_FOR_A_SHELL = re.compile(r"[$`\\]|^~")


class EnvFileError(Exception):
    """A line cannot be read; the message names file, line and variable, and no value."""


def settings_file(environ: Mapping[str, str]) -> Path | None:
    """Return the file that fills in what the environment does not say, if there is one.

    Raises:
        EnvFileError: ENV_FILE names a file that is not there.
    """
    if VARIABLE in environ:
        if not environ[VARIABLE].strip():
            return None
        path = ROOT / environ[VARIABLE].strip()
        if not path.is_file():
            raise EnvFileError(f"{VARIABLE}: {path} is not a file.")
        return path
    path = ROOT / ".env"
    return path if path.exists() else None


def read_env_file(path: Path) -> dict[str, str]:
    """Return the variables of a file.

    Raises:
        EnvFileError: A line cannot be understood.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise EnvFileError(f"{path}: cannot be read: {error.strerror}.") from None
    found: dict[str, str] = {}
    lines: dict[str, int] = {}
    # Carriage returns and the mark that some editors put first are no part of what is said.
    for number, raw in enumerate(content.removeprefix(b"\xef\xbb\xbf").split(b"\n"), start=1):
        where = f"{path.name}, line {number}"
        try:
            line = raw.decode("utf-8").strip()
        except UnicodeDecodeError:
            raise EnvFileError(f"{where}: is not UTF-8 text.") from None
        if not line or line.startswith("#"):
            continue
        matched = _LINE.fullmatch(line)
        if matched is None or not _NAME.fullmatch(matched[1]):
            raise EnvFileError(f"{where}: is not NAME=VALUE. A comment begins with #.")
        name = matched[1]
        if name in lines:
            raise EnvFileError(f"{where}: {name} is set in line {lines[name]} already. Keep one.")
        found[name] = _value(f"{where}: {name}", matched[2])
        lines[name] = number
    return found


def _value(where: str, text: str) -> str:
    if any(ord(letter) < 32 and letter != "\t" for letter in text):
        raise EnvFileError(f"{where}: holds a control character.")
    if text.startswith(("'", '"')):
        quoted = _QUOTED.fullmatch(text)
        if quoted is None:
            raise EnvFileError(f"{where}: the quote has no end, or something follows it.")
        if quoted[1] is not None:
            return quoted[1]
        value = quoted[2]
    else:
        value = re.split(r"(?:^|\s)#", text, maxsplit=1)[0].strip()
    if _FOR_A_SHELL.search(value):
        raise EnvFileError(
            f"{where}: $, ~, ` and \\ are not filled in here. Write the value out; in single quotes it is"
            " taken to the letter."
        )
    return value


def additions(environ: Mapping[str, str]) -> dict[str, str]:
    """Return what the file says and the environment does not.

    Raises:
        EnvFileError: The file, or a line of it, cannot be read.
    """
    path = settings_file(environ)
    said = read_env_file(path) if path is not None else {}
    if path is not None and path.stat().st_mode & 0o044:
        sys.stderr.write(f"settings: others can read the keys in {path.name}: chmod 600 {path}\n")
    return {name: value for name, value in said.items() if name not in environ}


def main(arguments: list[str]) -> int:
    """Print or run, and return the exit code."""
    try:
        more = additions(os.environ)
    except EnvFileError as error:
        sys.stderr.write(f"settings: {error}\n")
        return WRONG
    if arguments[:1] == ["exec"]:
        try:
            os.execvpe(arguments[1], arguments[1:], {**os.environ, **more})  # noqa: S606 - whatever it is given
        except OSError as error:
            sys.stderr.write(f"settings: {arguments[1]}: {error.strerror}\n")
            return 1
    for name, value in more.items():
        sys.stdout.write(f"export {name}={shlex.quote(value)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
