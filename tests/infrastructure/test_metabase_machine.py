"""Metabase's machine: what compose starts, and that backup, restore and upgrade stop where something is wrong.

Docker is played by a program that writes down how it is called; the scripts themselves run as they are.
"""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from tests.repository.project import ROOT, text_of

FOLDER = ROOT / "infrastructure" / "metabase"
START = ROOT / "infrastructure" / "terraform" / "modules" / "metabase" / "start.sh"
OLD = f"metabase/metabase@sha256:{'0' * 64}"
NEW = f"metabase/metabase@sha256:{'1' * 64}"
DOCKER = r"""#!/bin/sh
echo "$METABASE_IMAGE|$POSTGRES_FOLDER|$*" >> "$CALLS"
case "$*" in
    *pg_dump*) printf %s "$DUMPED" ;;
    *"pg_restore --list"*) grep -q whole ;;
    *pg_restore*) grep -q whole ;;
    *"up --detach --wait postgres"*) mkdir -p "$POSTGRES_FOLDER"; echo restored > "$POSTGRES_FOLDER/of" ;;
esac
"""


@dataclass(frozen=True)
class Machine:
    """What start.sh leaves in /srv/metabase."""

    home: Path

    def does(self, program: str, *arguments: str, dumped: str = "whole") -> tuple[int, str]:
        done = subprocess.run(
            [str(self.home / "bin" / f"{program}.sh"), *arguments],
            env={
                **{"PATH": f"{self.home}/docker:{os.environ['PATH']}", "DUMPED": dumped},
                "CALLS": str(self.home / "calls"),
            },
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr

    @property
    def runs(self) -> str:
        """Return which image `.env` says."""
        return str(re.findall(r"METABASE_IMAGE=(.*)", (self.home / ".env").read_text())[0])

    @property
    def database(self) -> str:
        return (self.home / "postgres" / "of").read_text().strip()


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    for folder in ("bin", "docker", "postgres"):
        (tmp_path / folder).mkdir()
    for program in ("backup", "restore", "upgrade"):
        shutil.copy(FOLDER / f"{program}.sh", tmp_path / "bin")
    docker = tmp_path / "docker" / "docker-compose"
    docker.write_text(DOCKER)
    docker.chmod(0o755)
    (tmp_path / ".env").write_text(f"METABASE_IMAGE={OLD}\nPOSTGRES_IMAGE=p\nBACKUP_BUCKET=\n")
    (tmp_path / "postgres" / "of").write_text("today")
    return Machine(tmp_path)


def test_compose_names_no_image_by_tag_and_no_secret() -> None:
    services = yaml.safe_load(text_of(FOLDER / "compose.yml"))["services"]
    for name, service in services.items():
        assert re.fullmatch(r"\$\{[A-Z_]+_IMAGE:\?[^}]*@sha256:[^}]*\}", service["image"]), name
        assert service["cap_drop"] == ["ALL"], name
        assert "no-new-privileges:true" in service["security_opt"], name
        assert service["healthcheck"], name
        for variable, value in service["environment"].items():
            assert not re.search(r"(PASS|PASSWORD|KEY)$", variable), f"{name}: {variable}: {value}"
    assert "ports" not in services["postgres"]


@pytest.mark.parametrize("path", [*sorted(FOLDER.glob("*.sh")), START], ids=lambda path: path.name)
def test_scripts_are_shell(path: Path) -> None:
    assert subprocess.run(["sh", "-n", str(path)], check=False).returncode == 0  # noqa: S607
    assert "set -eu" in text_of(path)


def test_a_dump_that_cannot_be_read_back_is_none(machine: Machine) -> None:
    code, _ = machine.does("backup", dumped="half")
    assert code != 0
    assert list((machine.home / "backups").glob("*.dump")) == []
    code, said = machine.does("backup")
    assert code == 0
    assert (machine.home / "backups" / said.strip()).read_text() == "whole"


def test_a_restore_changes_places_only_when_all_is_in(machine: Machine) -> None:
    broken, whole = machine.home / "broken.dump", machine.home / "whole.dump"
    broken.write_text("half")
    whole.write_text("whole")
    code, _ = machine.does("restore", "broken.dump")
    assert (code != 0, machine.database) == (True, "today")
    assert not (machine.home / "postgres.before").exists()
    code, said = machine.does("restore", "whole.dump")
    assert (code, machine.database) == (0, "restored"), said
    assert (machine.home / "postgres.before" / "of").read_text() == "today"
    # The way back is never written over.
    code, said = machine.does("restore", "whole.dump")
    assert code == 1
    assert "postgres.before is still there" in said


def test_an_upgrade_is_rehearsed_on_a_copy_first(machine: Machine) -> None:
    code, said = machine.does("upgrade", "take", NEW)
    assert (code, machine.runs) == (1, OLD)
    assert "was not rehearsed" in said
    code, said = machine.does("upgrade", "rehearse", "metabase/metabase:latest")
    assert code == 1
    assert "by digest" in said
    code, said = machine.does("upgrade", "rehearse", NEW)
    assert (code, machine.runs, machine.database) == (0, OLD, "today"), said
    calls = (machine.home / "calls").read_text().splitlines()
    copies = [call for call in calls if "--project-name rehearsal" in call]
    assert copies
    assert all(call.startswith(f"{NEW}|postgres.rehearsal|") for call in copies)
    code, said = machine.does("upgrade", "take", NEW)
    assert (code, machine.runs) == (0, NEW), said
    code, said = machine.does("upgrade", "forget")
    assert (code, (machine.home / "postgres.rehearsal").exists()) == (0, False), said
