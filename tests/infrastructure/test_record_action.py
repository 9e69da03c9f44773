"""The action that records events: what it passes on, run as GitHub runs it, and who uses it."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from extract.recording.command import KINDS, flag
from extract.recording.event import fields_of
from tests.infrastructure.linters import linter
from tests.repository.project import ROOT, text_of

ACTION = ROOT / ".github" / "actions" / "record-metrics" / "action.yml"
DESCRIBED: dict[str, Any] = yaml.safe_load(text_of(ACTION))
(STEP,) = DESCRIBED["runs"]["steps"]
OWN = {"event", "events-url", "python", "junit"}
REPORT = "<testsuite time='1'><testcase/><testcase><error/></testcase></testsuite>"


def run(
    folder: Path, inputs: dict[str, str], *, pull_request: str = "", **job: str
) -> subprocess.CompletedProcess[str]:
    """Run the step in bash as a runner does, with its expressions filled in."""
    filled = {name: str(given.get("default", "")) for name, given in DESCRIBED["inputs"].items()}
    filled |= {"python": sys.executable, **inputs}
    assert set(filled) == set(DESCRIBED["inputs"])
    context = {f"inputs.{name}": text for name, text in filled.items()}
    context["github.event.pull_request.head.sha"] = pull_request

    def expression(text: str) -> str:
        return re.sub(r"\$\{\{ ([\w.-]+) \}\}", lambda found: context[found[1]], text)

    github = {
        "GITHUB_ACTION_PATH": str(ACTION.parent),
        "GITHUB_REPOSITORY": "acme/shop",
        "GITHUB_SHA": "0c7b1d2e",
        "GITHUB_REF": "refs/heads/main",
        "GITHUB_REF_NAME": "main",
        "GITHUB_RUN_ID": "77",
        "GITHUB_RUN_ATTEMPT": "1",
        "RUNNER_TEMP": str(folder / "temp"),
    }
    settings = {name: expression(text) for name, text in STEP["env"].items()}
    script = folder / "step.sh"
    script.write_text(STEP["run"])
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", str(script)],  # noqa: S607 - the runner's own
        cwd=folder,
        env={"PATH": os.environ["PATH"], "HOME": str(folder), **github, **job, **settings},
        capture_output=True,
        text=True,
        check=False,
    )


def recorded(folder: Path) -> dict[str, Any]:
    (path,) = folder.glob("events/*/*")
    found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return found


def test_every_field_is_an_input_and_is_passed_on() -> None:
    fields = {flag(column.name)[2:] for table in KINDS.values() for column in fields_of(table)}
    assert set(DESCRIBED["inputs"]) == fields | OWN
    assert all(given["description"] for given in DESCRIBED["inputs"].values())
    passed = {
        f"FIELD_{name.upper().replace('-', '_')}": f"${{{{ inputs.{name} }}}}" for name in fields
    }
    assert {name: text for name, text in STEP["env"].items() if name.startswith("FIELD_")} == passed


def test_nothing_is_put_into_the_text_of_the_shell() -> None:
    assert "${{" not in STEP["run"]
    assert STEP["shell"] == "bash"


def test_a_run_of_tests(tmp_path: Path) -> None:
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "a b.xml").write_text(REPORT)
    (tmp_path / "more.xml").write_text(REPORT)
    # What lies where the job works is nobody's to import.
    (tmp_path / "extract.py").write_text("raise SystemExit('imported')")
    (tmp_path / "orjson.py").write_text("raise SystemExit('imported')")
    inputs = {
        "event": "test-run",
        "events-url": "events",
        "test-type": "unit",
        "environment": "staging",
        "junit": "reports/*.xml\nmore.xml\n",
    }
    pull = {
        "GITHUB_REF": "refs/pull/12/merge",
        "GITHUB_REF_NAME": "12/merge",
        "GITHUB_HEAD_REF": "till",
    }
    done = run(tmp_path, inputs, pull_request="5ea1", **pull)
    assert (done.returncode, done.stderr) == (0, "")
    found = recorded(tmp_path)
    assert (found["total_tests"], found["failed_tests"], found["environment"]) == (4, 2, "staging")
    assert (found["pr_number"], found["branch"], found["commit_sha"]) == (12, "till", "5ea1")


def test_what_somebody_named_is_text(tmp_path: Path) -> None:
    """A branch is called by whoever made it."""
    odd = '$(touch planted)`touch planted`";touch planted;#--out=elsewhere'
    inputs = {
        "event": "deployment",
        "events-url": "events",
        "deployment-environment": "staging",
        "status": "success",
        "branch": odd,
    }
    done = run(tmp_path, inputs)
    assert (done.returncode, done.stderr) == (0, "")
    assert recorded(tmp_path)["branch"] == odd
    assert not (tmp_path / "planted").exists()
    assert recorded(tmp_path)["commit_sha"] == "0c7b1d2e"


def test_what_is_wrong_fails_the_step(tmp_path: Path) -> None:
    done = run(tmp_path, {"event": "deployment", "events-url": "events", "status": "done"})
    assert done.returncode == 7
    assert "--deployment-environment: required field is missing" in done.stderr
    done = run(tmp_path, {"event": "incident", "events-url": "events", "junit": "x.xml"})
    assert done.returncode == 7
    assert "--junit=x.xml" in done.stderr
    assert not (tmp_path / "events").exists()


def test_a_python_without_the_packages_gets_them_aside(tmp_path: Path) -> None:
    """It is asked for by what it would run: nothing is installed here."""
    bare = tmp_path / "bare"
    bare.write_text('#!/bin/sh\n[ "$2" = -c ] && exit 1\nprintf "%s\\n" "$@" > asked\nexit 3\n')
    bare.chmod(0o755)
    done = run(tmp_path, {"event": "deployment", "events-url": "events", "python": str(bare)})
    assert done.returncode == 3
    asked = (tmp_path / "asked").read_text().split()
    assert asked == [
        "-P",
        *(str(ROOT / name) for name in ("bin/install.py", "requirements-record.lock")),
        str(tmp_path / "temp" / "record-metrics"),
    ]


def test_the_lock_has_what_the_step_looks_for() -> None:
    names = re.search(r"import ([\w, ]+)'", STEP["run"])
    assert names is not None
    lock = text_of(ROOT / "requirements-record.lock")
    assert [name for name in names[1].split(", ") if f"\n{name}==" not in lock] == []


def _uses(workflow: str) -> list[dict[str, Any]]:
    jobs = yaml.safe_load(text_of(ROOT / ".github" / "workflows" / workflow))["jobs"]
    steps = [step for job in jobs.values() for step in job["steps"]]
    return [step for step in steps if step.get("uses") == "./.github/actions/record-metrics"]


def test_the_page_gives_what_the_action_takes() -> None:
    page = text_of(ROOT / "docs" / "development-metrics.md")
    given = [
        step
        for block in re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
        for step in yaml.safe_load(block)
    ]
    assert [step["with"]["event"] for step in given] == ["test-run", "deployment"]
    assert [set(step["with"]) - set(DESCRIBED["inputs"]) for step in given] == [set(), set()]


@pytest.mark.parametrize(
    ("workflow", "event"), [("test.yml", "test-run"), ("deploy.yml", "deployment")]
)
def test_this_repository_records_itself(tmp_path: Path, workflow: str, event: str) -> None:
    (step,) = _uses(workflow)
    assert step["with"]["event"] == event
    assert set(step["with"]) <= set(DESCRIBED["inputs"])
    filled = {
        name: re.sub(r"\$\{\{.*?\}\}", "staging", text) for name, text in step["with"].items()
    }
    filled |= {"events-url": "events"} | ({"status": "success"} if "status" in filled else {})
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "pytest.xml").write_text(REPORT)
    done = run(tmp_path, filled)
    assert (done.returncode, done.stderr) == (0, "")
    assert recorded(tmp_path)["environment"] == "staging"


def test_the_report_is_where_the_workflow_takes_it_from() -> None:
    assert "--junitxml $logs/pytest.xml" in text_of(ROOT / "bin" / "check")
    assert "path: data/test/logs/pytest.xml" in text_of(ROOT / ".github" / "workflows" / "test.yml")


def test_code_of_a_pull_request_meets_no_right_to_write() -> None:
    jobs = yaml.safe_load(text_of(ROOT / ".github" / "workflows" / "test.yml"))["jobs"]
    assert [name for name, job in jobs.items() if "id-token" in job.get("permissions", {})] == [
        "record"
    ]
    assert "github.event_name == 'push'" in jobs["record"]["if"]


def test_linter_has_nothing_to_say(tmp_path: Path) -> None:
    def found(folder: Path) -> subprocess.CompletedProcess[str]:
        command = [linter("zizmor"), "--offline", "--no-progress", "--color", "never", str(folder)]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    done = found(ACTION.parent)
    assert done.returncode == 0, done.stdout
    planted = tmp_path / ".github" / "actions" / "record-metrics"
    shutil.copytree(ACTION.parent, planted)
    text = text_of(ACTION).replace('record "$EVENT"', "record ${{ inputs.event }}")
    (planted / "action.yml").write_text(text)
    done = found(planted)
    assert done.returncode != 0
    assert "template-injection" in done.stdout
