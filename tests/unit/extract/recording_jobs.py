"""Jobs of CI that record an event, and what they recorded."""

import datetime as dt
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from extract.recording.command import main
from warehouse.exit_codes import Exit

NOW = dt.datetime(2026, 11, 30, 12, 0, 0, 5, dt.UTC)
LATER = NOW + dt.timedelta(minutes=3)
JOB = {
    "GITHUB_REPOSITORY": "acme/shop",
    "GITHUB_SHA": "0c7b1d2e",
    "GITHUB_REF": "refs/heads/main",
    "GITHUB_REF_NAME": "main",
    "GITHUB_RUN_ID": "77",
    "GITHUB_RUN_ATTEMPT": "2",
}
PULL_REQUEST = JOB | {
    "GITHUB_REF": "refs/pull/12/merge",
    "GITHUB_REF_NAME": "12/merge",
    "GITHUB_HEAD_REF": "till/round-up",
}
DEPLOYED = "deployment --deployment-environment production --status success"
REPORT = "<testsuite time='1.50' timestamp='2026-11-30T11:00:00Z'><testcase/><testcase><failure/></testcase></testsuite>"


def events(folder: Path) -> list[dict[str, Any]]:
    found = []
    for path in sorted(folder.glob("*/*")):
        text = path.read_text("utf-8")
        assert text.endswith("\n")
        assert text.count("\n") == 1
        found.append(json.loads(text))
    return found


def record(
    folder: Path, line: str, env: Mapping[str, str] = JOB, now: dt.datetime = NOW
) -> dict[str, Any]:
    before = set(folder.glob("*/*"))
    assert main([*line.split(), "--out", str(folder)], env, now) == Exit.WELL
    (path,) = set(folder.glob("*/*")) - before
    found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return found


def refused(
    folder: Path, capsys: pytest.CaptureFixture[str], line: str, env: Mapping[str, str] = JOB
) -> str:
    assert main([*line.split(), "--out", str(folder)], env, NOW) == Exit.SETTING_WRONG
    assert not folder.exists()
    said = capsys.readouterr().err
    assert said.endswith("Nothing was written.\n")
    return said
