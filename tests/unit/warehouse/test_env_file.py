"""`.env` is text: read line by line, never run, and what cannot be read is named without its value."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from warehouse import env_file
from warehouse.env_file import EnvFileError, additions, read_env_file

ROOT = Path(__file__).resolve().parents[3]
SECRET = "hunter2"


def read(tmp_path: Path, content: bytes | str) -> dict[str, str]:
    path = tmp_path / ".env"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_env_file(path)


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("A=1", "1"),
        ("A=AI usage", "AI usage"),
        ("A='AI usage'", "AI usage"),
        ('A="AI usage" # called so', "AI usage"),
        ("A=AI usage   # called so", "AI usage"),
        ("A=a#b", "a#b"),
        ("A=# nothing", ""),
        ("A=", ""),
        ("A=''", ""),
        ("  A = 1  ", "1"),
        ("export A=1", "1"),
        ("A='p$a`s\\s'", "p$a`s\\s"),
        ("A=it's", "it's"),
        ("A=b=c==", "b=c=="),
        ("A=1\r", "1"),
        ("A=Zoë; rm -rf / && true", "Zoë; rm -rf / && true"),
    ],
)
def test_a_line_is_read_to_the_letter(tmp_path: Path, line: str, value: str) -> None:
    assert read(tmp_path, f"# a comment\n\n{line}\n") == {"A": value}


def test_the_mark_that_some_editors_put_first_is_no_part_of_the_name(tmp_path: Path) -> None:
    assert read(tmp_path, b"\xef\xbb\xbfA=1\r\nB=2\r\n") == {"A": "1", "B": "2"}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (f"A=1\nusage {SECRET}\n", "line 2: is not NAME=VALUE"),
        (f"A=1\n1B={SECRET}\n", "line 2: is not NAME=VALUE"),
        (f"A-B={SECRET}", "line 1: is not NAME=VALUE"),
        (f"A='{SECRET}", "line 1: A: the quote has no end"),
        (f"A='{SECRET}' {SECRET}", "line 1: A: the quote has no end, or something follows it"),
        (f"A=$HOME/{SECRET}", "line 1: A: $, ~, ` and \\ are not filled in here"),
        (f'A="$({SECRET})"', "line 1: A: $, ~"),
        (f"A=~/{SECRET}", "line 1: A: $, ~"),
        (f"A=My\\ {SECRET}", "line 1: A: $, ~"),
        (f"A=1\nB=2\n\nA={SECRET}", "line 4: A is set in line 1 already"),
        (f"A={SECRET}\0", "line 1: A: holds a control character"),
        (b"A=1\nB=\xff\xfe", "line 2: is not UTF-8"),
    ],
)
def test_what_cannot_be_read_is_named_without_its_value(
    tmp_path: Path, content: bytes | str, said: str
) -> None:
    with pytest.raises(EnvFileError) as refused:
        read(tmp_path, content)
    assert said in str(refused.value)
    assert SECRET not in str(refused.value)


def test_what_the_environment_says_wins_even_if_it_is_empty(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("A=1\nB=2\nC=3\n")
    environ = {"ENV_FILE": str(tmp_path / ".env"), "A": "x", "B": ""}
    assert additions(environ) == {"C": "3"}


def test_env_file_names_another_file_or_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(env_file, "ROOT", tmp_path)
    assert additions({}) == {}
    (tmp_path / ".env").write_text("A=1")
    assert additions({}) == {"A": "1"}
    assert additions({"ENV_FILE": ""}) == {}
    with pytest.raises(EnvFileError, match=r"ENV_FILE: .*/elsewhere is not a file"):
        additions({"ENV_FILE": "elsewhere"})


@pytest.mark.parametrize("shell", ["sh", "bash", "zsh"])
def test_a_shell_that_activates_an_environment_has_the_settings(tmp_path: Path, shell: str) -> None:
    """As a shell script, a blank in a value ran a program and set nothing."""
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not here")
    (tmp_path / ".env").write_text("A=AI usage; echo run\nB='$(echo run)'\n")
    (tmp_path / ".env").chmod(0o600)
    bin_folder = tmp_path / "an environment" / "bin"
    bin_folder.mkdir(parents=True)
    (bin_folder / "python").symlink_to(sys.executable)
    (tmp_path / "an environment" / ".." / "warehouse").mkdir()
    shutil.copy(ROOT / "warehouse" / "env_file.py", tmp_path / "warehouse")
    script = f'. "{ROOT}/bin/environment"; echo "<$A> <$B> <${{_said-unset}}>"'
    environ = {"PATH": os.environ["PATH"], "VIRTUAL_ENV": str(bin_folder.parent)}
    done = subprocess.run(
        [shell, "-c", script], env=environ, capture_output=True, text=True, check=True
    )
    assert (done.stdout, done.stderr) == ("<AI usage; echo run> <$(echo run)> <unset>\n", "")
