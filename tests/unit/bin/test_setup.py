"""`bin/setup` finds a Python that will do, or says in a sentence which it wants; it picks the lock."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]

# It knows its version, has venv, and says what it is asked to run.
PYTHON = """#!/bin/sh
case "$1" in
    --version) echo "Python {version}.1" ;;
    -c) exec "{real}" -c "import sys; sys.version_info = ({numbers}, 1, 'final', 0); $2" ;;
    warehouse/env_file.py) exec "{real}" "$@" ;;
    *) echo "{name} $*" ;;
esac
"""


class Checkout:
    """A checkout with nothing but the program, and a path with nothing but chosen Pythons."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "a checkout"
        self.programs = folder / "programs"
        (self.folder / "bin").mkdir(parents=True)
        (self.folder / "warehouse").mkdir()
        for name in ("bin/setup", "warehouse/env_file.py"):
            shutil.copy(ROOT / name, self.folder / name)
        self.programs.mkdir()
        for tool in ("dirname", "sh", "env"):
            (self.programs / tool).symlink_to(str(shutil.which(tool)))

    def add(self, name: str, version: str) -> None:
        """Put a Python of a version on the path, or where the name says."""
        program = self.programs / name if "/" not in name else self.folder / name
        program.parent.mkdir(parents=True, exist_ok=True)
        numbers = version.replace(".", ", ")
        program.write_text(
            PYTHON.format(name=name, version=version, numbers=numbers, real=sys.executable)
        )
        program.chmod(0o755)

    def setup(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        environment = {"PATH": str(self.programs), **variables}
        command = [str(self.folder / "bin" / "setup"), *arguments]
        return subprocess.run(
            command, env=environment, capture_output=True, text=True, check=False, cwd="/"
        )


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path)


@pytest.mark.parametrize(
    ("there", "chosen"),
    [
        ({"python3": "3.12"}, "python3"),
        ({"python3": "3.10", "python3.12": "3.12"}, "python3.12"),
        ({"python3": "3.14", "python3.13": "3.13"}, "python3.13"),
        ({"python3": "3.13", "python3.11": "3.11"}, "python3.11"),
        # A link of a version manager to something that is not installed.
        ({"python3.11": "3.8", "python3": "3.12"}, "python3"),
        ({".venv/bin/python": "3.13", "python3.11": "3.11"}, ".venv/bin/python"),
        ({".venv/bin/python": "3.10", "python3": "3.11"}, "python3"),
    ],
)
def test_first_python_that_will_do_is_taken(
    checkout: Checkout, there: dict[str, str], chosen: str
) -> None:
    for name, version in there.items():
        checkout.add(name, version)
    done = checkout.setup()
    assert (done.stdout, done.stderr) == (
        f"{chosen} bin/install.py requirements.lock .venv\n",
        "",
    )


@pytest.mark.parametrize("version", ["3.10", "3.14", "2.7"])
def test_other_versions_end_in_a_sentence_that_names_the_wanted_ones(
    checkout: Checkout, version: str
) -> None:
    checkout.add("python3", version)
    done = checkout.setup()
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        f"setup: Python 3.11, 3.12 or 3.13 is needed, and found is Python {version}.1; "
        "PYTHON=/path/to/python3.11 names another one.\n"
    )
    assert not (checkout.folder / ".venv").exists()


def test_machine_without_python_gets_the_same_sentence(checkout: Checkout) -> None:
    done = checkout.setup()
    assert done.returncode == 1
    assert "3.12 or 3.13 is needed, and found is no python3;" in done.stderr


def test_python_that_is_named_is_taken_or_refused(checkout: Checkout) -> None:
    checkout.add("python3", "3.11")
    checkout.add("some where/python", "3.13")
    checkout.add("old/python", "3.10")
    done = checkout.setup(PYTHON=str(checkout.folder / "some where" / "python"))
    assert done.stdout.startswith("some where/python bin/install.py")
    refused = checkout.setup(PYTHON=str(checkout.folder / "old" / "python"))
    assert (refused.returncode, refused.stdout) == (1, "")


@pytest.mark.parametrize(
    ("arguments", "settings", "made"),
    [
        ([], "", "requirements.lock .venv"),
        ([], "WAREHOUSE=duckdb", "requirements.lock .venv"),
        ([], "WAREHOUSE=bigquery", "requirements-bigquery.lock .venv"),
        (["test"], "WAREHOUSE=bigquery", "requirements-test.lock .venv-test"),
        (["installer"], "", "requirements-installer.lock .venv-installer"),
    ],
)
def test_environment_is_made_from_its_lock(
    checkout: Checkout, arguments: list[str], settings: str, made: str
) -> None:
    checkout.add("python3", "3.11")
    (checkout.folder / ".env").write_text(settings + "\n")
    assert checkout.setup(*arguments).stdout == f"python3 bin/install.py {made}\n"


def test_environment_wins_over_the_settings_file(checkout: Checkout) -> None:
    checkout.add("python3", "3.11")
    (checkout.folder / ".env").write_text("WAREHOUSE=bigquery\n")
    assert "requirements.lock .venv" in checkout.setup(WAREHOUSE="duckdb").stdout


def test_a_wrong_line_of_the_settings_file_installs_nothing(checkout: Checkout) -> None:
    checkout.add("python3", "3.11")
    (checkout.folder / ".env").write_text("WAREHOUSE bigquery\n")
    done = checkout.setup()
    assert (done.returncode, done.stdout) == (7, "")
    assert done.stderr == "settings: .env, line 1: is not NAME=VALUE. A comment begins with #.\n"


def test_unknown_environment_is_refused(checkout: Checkout) -> None:
    checkout.add("python3", "3.11")
    done = checkout.setup("tests")
    assert (done.returncode, done.stderr) == (7, "setup: no environment is called tests\n")
