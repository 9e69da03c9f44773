"""Where events are put: whole, by many at once, by a job that has nothing else."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import fsspec
import pytest

from extract.recording.command import main
from tests.repository.project import ROOT
from tests.unit.extract.recording_jobs import DEPLOYED, JOB, NOW, events, record
from warehouse.exit_codes import Exit


@pytest.mark.parametrize("place", ["", "ftp://host/folder", "gs://key@bucket/folder", "gs://"])
def test_places_that_are_none(capsys: pytest.CaptureFixture[str], place: str) -> None:
    assert main(DEPLOYED.split(), JOB | {"DEV_EVENTS_URL": place}, NOW) == Exit.SETTING_WRONG
    assert "DEV_EVENTS_URL" in capsys.readouterr().err


def test_a_place_that_takes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # Its client is not installed, nor could it know anybody.
    assert main([*DEPLOYED.split(), "--out", "az://container/folder"], JOB, NOW) == Exit.FAILED
    assert "It needs its client" in capsys.readouterr().err
    (tmp_path / "deployments").write_text("a file")
    assert main([*DEPLOYED.split(), "--out", str(tmp_path)], JOB, NOW) == Exit.FAILED
    assert f"{tmp_path}/deployments: File exists." in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["deployments"]


def test_a_bucket(capsys: pytest.CaptureFixture[str]) -> None:
    env = JOB | {"DEV_EVENTS_URL": "memory://events-of-ci/"}
    assert main(DEPLOYED.split(), env, NOW) == Exit.WELL
    fs = fsspec.filesystem("memory")
    (path,) = fs.find("/events-of-ci")
    assert json.loads(fs.cat(path))["service"] == "shop"
    assert capsys.readouterr().out.strip().endswith(path.removeprefix("/"))


def test_folders_are_as_open_as_the_one_they_are_in(tmp_path: Path) -> None:
    tmp_path.chmod(0o750)
    before = os.umask(0o077)
    try:
        record(tmp_path / "events", DEPLOYED)
    finally:
        os.umask(before)
    (path,) = (tmp_path / "events").glob("*/*")
    assert [one.stat().st_mode & 0o777 for one in (path.parent.parent, path.parent, path)] == [
        0o750,
        0o750,
        0o640,
    ]


TWENTY = """
import os, sys
from extract.recording.command import main
children = []
for number in range(20):
    child = os.fork()
    if not child:
        os._exit(main(["deployment", "--deployment-environment", "staging", "--status", "success", "--service", f"s{number}", "--out", sys.argv[1]]))
    children.append(child)
sys.exit(sum(os.waitpid(child, 0)[1] for child in children))
"""


def test_twenty_at_once_are_twenty_whole_files(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", TWENTY, str(tmp_path / "a" / "b")],
        cwd=ROOT,
        env={**os.environ, **JOB},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert sorted(event["service"] for event in events(tmp_path / "a" / "b")) == sorted(
        f"s{n}" for n in range(20)
    )
    assert list((tmp_path / "a" / "b").glob("*/.*")) == []


def program(*arguments: str, env: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Run it as a job does: none of the product's settings is there, some of them are wrong."""
    bare = {"PATH": os.environ["PATH"], "ENV_FILE": "", "WAREHOUSE": "bigquery", "SINCE": "never"}
    return subprocess.run(
        [sys.executable, "-m", "extract", "record", *arguments],
        cwd=ROOT,
        env=bare | dict(env),
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_job_has_no_other_setting(tmp_path: Path) -> None:
    done = program(*DEPLOYED.split(), env=JOB | {"DEV_EVENTS_URL": str(tmp_path / "events")})
    assert (done.returncode, done.stderr) == (0, "")
    (event,) = events(tmp_path / "events")
    assert done.stdout.startswith(
        f"recorded deployment {event['event_id']}: {tmp_path}/events/deployments/deployment-"
    )


def test_a_job_learns_what_was_wrong(tmp_path: Path) -> None:
    done = program("deployment", "--statsu", "success", "--out", str(tmp_path / "events"), env=JOB)
    assert done.returncode == Exit.SETTING_WRONG
    assert "--statsu" in done.stderr
    done = program(*DEPLOYED.split(), "--out", "/dev/null", env=JOB)
    assert done.returncode == Exit.FAILED
    assert done.stderr.startswith("extract record: ")
    assert "/dev/null" in done.stderr


def test_it_reads_nothing_that_loads_slowly() -> None:
    code = "import sys, extract.recording.command; print([m for m in ('dlt', 'dbt', 'google.auth', 'requests', 'pandas', 'fsspec') if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
