"""Events as CI records them: what is taken, what it is called and which are one."""

from pathlib import Path

import pytest

from extract.recording.command import HELP, KINDS, flag, main
from extract.recording.event import fields_of
from tests.unit.extract.recording_jobs import (
    DEPLOYED,
    JOB,
    LATER,
    PULL_REQUEST,
    REPORT,
    events,
    record,
)


def test_a_deployment_knows_what_its_job_knows(tmp_path: Path) -> None:
    found = record(tmp_path, DEPLOYED)
    event_id = found.pop("event_id")
    assert found == {
        "deployment_id": "77-2-shop-production",
        "service": "shop",
        "repository_name": "acme/shop",
        "environment": "local",
        "deployment_environment": "production",
        "status": "success",
        "deployed_at": "2026-11-30T12:00:00.000005Z",
        "commit_sha": "0c7b1d2e",
        "branch": "main",
        "recorded_at": "2026-11-30T12:00:00.000005Z",
    }
    (path,) = tmp_path.glob("*/*")
    assert str(path.relative_to(tmp_path)) == (
        f"deployments/deployment-20261130T120000000005Z-{event_id}.jsonl"
    )


def test_what_is_said_goes_before_what_is_known(tmp_path: Path) -> None:
    flags = "--service till --branch release/9 --deployed-at 2026-11-30T10:00:00+02:00 --is-unplanned TRUE --pr-number 9 --environment production --event-id d/1"
    found = record(tmp_path, f"{DEPLOYED} {flags}", JOB | {"ENVIRONMENT": "staging"})
    assert (found["service"], found["branch"], found["pr_number"]) == ("till", "release/9", 9)
    assert (found["deployed_at"], found["is_unplanned"]) == ("2026-11-30T08:00:00.000000Z", True)
    assert (found["environment"], found["event_id"]) == ("production", "d/1")
    (path,) = tmp_path.glob("*/*")
    assert path.name.endswith("Z-d_1.jsonl")


def test_a_job_of_a_pull_request(tmp_path: Path) -> None:
    found = record(
        tmp_path,
        "rule-compliance --rule-name docs-first --rule-category foundation --compliance-status compliant --documentation-first false",
        PULL_REQUEST,
    )
    assert (found["branch"], found["context_type"], found["context_id"]) == (
        "till/round-up",
        "pr",
        "12",
    )
    assert found["documentation_first"] is False
    assert "service" not in found
    # `pull_request_target`: GITHUB_REF is that of the branch it would go to.
    assert record(tmp_path, DEPLOYED, JOB | {"GITHUB_HEAD_REF": "till"}, LATER)["branch"] == "till"
    tag = JOB | {"GITHUB_REF": "refs/tags/v1", "GITHUB_REF_NAME": "v1"}
    found = record(tmp_path, DEPLOYED, tag)
    assert "branch" not in found
    assert "pr_number" not in found


def test_a_report_says_the_counts(tmp_path: Path) -> None:
    folder = tmp_path / "reports" / "deep"
    folder.mkdir(parents=True)
    (folder / "one.xml").write_text(REPORT)
    (tmp_path / "reports" / "two.xml").write_text(
        "<testsuites><testsuite><testcase><skipped/></testcase></testsuite></testsuites>"
    )
    # A file that two patterns find counts once.
    line = f"test-run --test-type unit --junit {tmp_path}/reports/**/*.xml {folder}/../deep/one.xml"
    found = record(tmp_path / "out", line, JOB | {"ENVIRONMENT": "staging"})
    counts = {name: found[name] for name in found if name.endswith("_tests")}
    assert counts == {"total_tests": 3, "passed_tests": 1, "failed_tests": 1, "skipped_tests": 1}
    assert (found["execution_seconds"], found["environment"]) == ("1.5", "staging")
    assert (found["run_id"], found["ran_at"]) == ("77-2", "2026-11-30T11:00:00.000000Z")


def test_counts_without_a_report(tmp_path: Path) -> None:
    found = record(
        tmp_path,
        "test-run --test-type e2e --run-id 5 --total-tests 3 --passed-tests 3 --failed-tests 0 --execution-seconds 1e-05",
        {},
    )
    # What nobody said is not there: neither 0 nor empty.
    assert "skipped_tests" not in found
    assert "service" not in found
    assert (found["total_tests"], found["execution_seconds"], found["ran_at"]) == (
        3,
        "0.00001",
        found["recorded_at"],
    )


def test_a_report_from_ahead_of_time_begins_now(tmp_path: Path) -> None:
    (tmp_path / "r.xml").write_text(REPORT.replace("T11", "T14"))
    found = record(tmp_path / "out", f"test-run --test-type unit --junit {tmp_path}/r.xml")
    assert found["ran_at"] == found["recorded_at"]


@pytest.mark.parametrize(
    ("line", "then", "is_same"),
    [
        # Tried again in the same run.
        (DEPLOYED, {}, True),
        ("test-run --test-type unit --total-tests 1 --passed-tests 1 --failed-tests 0", {}, True),
        (
            "rule-compliance --rule-name r --rule-category foundation --compliance-status warning",
            {},
            True,
        ),
        # Started again: a deployment, a run of tests, a look at a rule more.
        (DEPLOYED, {"GITHUB_RUN_ATTEMPT": "3"}, False),
        (
            "test-run --test-type unit --total-tests 1 --passed-tests 1 --failed-tests 0",
            {"GITHUB_RUN_ATTEMPT": "3"},
            False,
        ),
        (
            "rule-compliance --rule-name r --rule-category foundation --compliance-status warning",
            {"GITHUB_RUN_ID": "78"},
            False,
        ),
        # An incident is the same one, whoever says what of it and from where.
        (
            "incident --incident-id i-1 --service shop --deployment-environment production --opened-at 2026-11-30T01:00:00Z",
            {"GITHUB_RUN_ID": "78"},
            True,
        ),
    ],
)
def test_a_retry_is_the_same_event(
    tmp_path: Path, line: str, then: dict[str, str], is_same: bool
) -> None:
    first, second = record(tmp_path, line), record(tmp_path, line, JOB | then, LATER)
    assert (first["event_id"] == second["event_id"]) is is_same
    assert first["recorded_at"] < second["recorded_at"]
    assert len(events(tmp_path)) == 2


def test_what_differs_is_another_event(tmp_path: Path) -> None:
    tests = "test-run --test-type unit --total-tests 2 --failed-tests 0 --skipped-tests 0 --passed-tests"
    incident = "incident --incident-id i-1 --service shop --deployment-environment production --opened-at 2026-11-30T01:00:00Z"
    found = [
        # Two jobs of a matrix.
        record(tmp_path, f"{tests} 2"),
        record(tmp_path, f"{tests} 1"),
        record(tmp_path, DEPLOYED),
        record(tmp_path, f"{DEPLOYED} --service till"),
        record(tmp_path, DEPLOYED.replace("production", "staging")),
        record(tmp_path, incident),
    ]
    assert len({one["event_id"] for one in found}) == len(found)
    # What becomes of something is no other thing.
    assert (
        record(tmp_path, f"{incident} --resolved-at 2026-11-30T02:00:00Z", {}, LATER)["event_id"]
        == found[-1]["event_id"]
    )
    assert (
        record(tmp_path, DEPLOYED.replace("success", "failure"), now=LATER)["event_id"]
        == found[2]["event_id"]
    )


def test_without_a_run_of_ci_each_look_is_one(tmp_path: Path) -> None:
    line = "rule-compliance --rule-name r --rule-category foundation --compliance-status warning --context-type manual_check"
    assert record(tmp_path, line, {})["event_id"] != record(tmp_path, line, {}, LATER)["event_id"]


def test_every_field_of_the_contract_has_a_flag_and_a_word(
    capsys: pytest.CaptureFixture[str],
) -> None:
    names = {column.name for table in KINDS.values() for column in fields_of(table)}
    assert names == set(HELP)
    for kind, table in KINDS.items():
        with pytest.raises(SystemExit):
            main([kind, "--help"])
        said = capsys.readouterr().out
        assert [c.name for c in fields_of(table) if flag(c.name) not in said] == []
