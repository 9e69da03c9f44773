"""What CI may not record, in which words it is told, and that nothing is written then."""

from pathlib import Path

import pytest

from tests.unit.extract.recording_jobs import DEPLOYED, JOB, REPORT, refused


@pytest.mark.parametrize(
    ("line", "env", "says"),
    [
        (
            "deployment --status success",
            JOB,
            "--deployment-environment: required field is missing; say --deployment-environment development|staging|production.",
        ),
        (
            DEPLOYED.replace("success", "sucess"),
            JOB,
            "--status: 'sucess': expected one of success, failure, rollback.",
        ),
        (
            DEPLOYED.replace("success", "rollback"),
            JOB,
            "--rolls-back-deployment-id: expected the deployment that a rollback takes back; say --rolls-back-deployment-id TEXT.",
        ),
        (
            f"{DEPLOYED} --deployed-at 2026-11-30T10:00:00",
            JOB,
            "--deployed-at: '2026-11-30T10:00:00': expected an RFC 3339 timestamp",
        ),
        (f"{DEPLOYED} --deployed-at yesterday", JOB, "--deployed-at: 'yesterday'"),
        (
            f"{DEPLOYED} --pr-number -1",
            JOB,
            "--pr-number: '-1': expected a number that is not negative.",
        ),
        (
            f"{DEPLOYED} --is-unplanned maybe",
            JOB,
            "--is-unplanned: 'maybe': expected true or false.",
        ),
        (f"{DEPLOYED} --service shop&till", JOB, "--service: 'shop&till': expected a code"),
        (
            f"{DEPLOYED} --environment development",
            JOB,
            "--environment: 'development': expected one of local, staging, production.",
        ),
        (
            DEPLOYED,
            JOB | {"ENVIRONMENT": "development"},
            "ENVIRONMENT: 'development' is none of local, staging, production.",
        ),
        (
            f"{DEPLOYED} --branch a\udcffb",
            JOB,
            "--branch: 'a\\udcffb': expected text in UTF-8.",
        ),
        (DEPLOYED, {}, "--deployment-id: required field is missing"),
        (
            "test-run --test-type unit",
            JOB,
            "--total-tests: required field is missing; say --total-tests N.",
        ),
        (
            "test-run --test-type unit --total-tests 1 --passed-tests 1 --failed-tests 1",
            JOB,
            "--total-tests: '1': expected at least as many tests as passed, failed and were skipped.",
        ),
        (
            "test-run --test-type unit --junit nowhere/*.xml",
            JOB,
            "--junit: no file is called 'nowhere/*.xml'",
        ),
        (
            "test-run --test-type unit --total-tests 1 --junit x.xml",
            JOB,
            "--total-tests: --junit says it already",
        ),
        (
            "incident --incident-id i --deployment-environment production --opened-at 2026-11-30T01:00:00Z",
            JOB,
            "--service: required field is missing",
        ),
        (
            "incident --incident-id i --service s --deployment-environment production --opened-at 2026-11-30T01:00:00Z --resolved-at 2026-11-29T01:00:00Z",
            JOB,
            "--resolved-at: '2026-11-29T01:00:00Z': expected an instant that is not before opened_at.",
        ),
        (
            "rule-compliance --rule-name r --rule-category foundation --compliance-status compliant --context-type code_review",
            JOB,
            "--context-id: expected the commit, pull request or review",
        ),
    ],
)
def test_what_is_wrong_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], line: str, env: dict[str, str], says: str
) -> None:
    assert says in refused(tmp_path / "out", capsys, line, env)


def test_a_report_that_is_cut_off_records_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "r.xml").write_text(REPORT[:-20])
    assert "r.xml: it is no XML, or cut off" in refused(
        tmp_path / "out", capsys, f"test-run --test-type unit --junit {tmp_path}/r.xml"
    )
