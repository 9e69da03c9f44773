"""Where jobs are kept: one file of those that wait, one file for each that is closed, and what earlier versions and kills left."""

import json
from dataclasses import asdict
from pathlib import Path

import pytest

from privacy import jobs
from privacy.jobs import Job

ADA, BOB, EVE = (f"{name}@corp.example" for name in ("ada", "bob", "eve"))


def _ask(state: Path, identifier: str) -> Job:
    return jobs.request(state, [identifier], requested_by="test")


def _ids(found: tuple[Job, ...] | list[Job]) -> set[str]:
    return {job.job_id for job in found}


def test_a_closed_job_leaves_nothing_of_the_person_behind(tmp_path: Path) -> None:
    job, other = _ask(tmp_path, ADA), _ask(tmp_path, BOB)
    jobs.save(tmp_path, job.closed(jobs.DONE, detail=jobs.ERASED))
    assert jobs.read(tmp_path, job.job_id).status == jobs.DONE
    assert jobs.Register(tmp_path).look() == (other,)
    assert {one.job_id: one.status for one in jobs.all_jobs(tmp_path)} == {
        job.job_id: jobs.DONE,
        other.job_id: jobs.PENDING,
    }
    for path in tmp_path.rglob("*"):
        assert path.is_dir() or ADA not in path.read_text(encoding="utf-8"), path
        assert path.stat().st_mode & 0o077 == 0 or path.name == ".requests", path


def test_requests_of_an_earlier_version_are_taken_over(tmp_path: Path) -> None:
    """They lay in files of their own; one that cannot be read holds up no other, and is not passed over."""
    folder = tmp_path / jobs.FOLDER
    closed, waiting, damaged = (_ask(tmp_path, email) for email in (EVE, ADA, BOB))
    for job in (closed.closed(jobs.DONE, detail=jobs.ERASED), waiting, damaged):
        (folder / f"{job.job_id}.json").write_text(json.dumps(asdict(job)), encoding="utf-8")
    (folder / jobs.LINES).unlink()
    path = folder / f"{damaged.job_id}.json"
    content = path.read_text(encoding="utf-8")
    path.write_text(content[:40], encoding="utf-8")
    register = jobs.Register(tmp_path)
    for _ in range(2):
        with pytest.raises(jobs.UnreadableJobError, match=rf"/{damaged.job_id}\.json cannot be"):
            register.look()
    found, (wrong,) = jobs.pending_and_unreadable(tmp_path)
    assert (found, damaged.job_id in str(wrong)) == ([waiting], True)
    path.write_text(content, encoding="utf-8")
    assert _ids(register.look()) == {waiting.job_id, damaged.job_id}
    assert _ids([*jobs.all_jobs(tmp_path)]) == {closed.job_id, waiting.job_id, damaged.job_id}
    assert not [*folder.glob("*.json")]


def test_a_job_whose_certificate_a_killed_run_has_written_is_closed(tmp_path: Path) -> None:
    """The line that names the person is still there: the next run takes it out, and does nothing else."""
    job, folder = _ask(tmp_path, BOB), tmp_path / jobs.FOLDER
    line = (folder / jobs.LINES).read_bytes()
    jobs.save(tmp_path, job.closed(jobs.DONE, detail=jobs.ERASED))
    (folder / jobs.LINES).write_bytes(line)
    assert jobs.Register(tmp_path).look() == (job,)  # hidden until somebody knows better
    assert jobs.read(tmp_path, job.job_id).status == jobs.DONE
    assert jobs.pending_and_unreadable(tmp_path) == ([], [])
    assert (folder / jobs.LINES).read_bytes() == b""


def test_a_line_that_cannot_be_read_stays_and_so_do_the_others(tmp_path: Path) -> None:
    first, second = _ask(tmp_path, ADA), _ask(tmp_path, BOB)
    path = tmp_path / jobs.FOLDER / jobs.LINES
    lines = path.read_bytes().splitlines()
    path.write_bytes(b"\n".join([b"\xff" + lines[0][:40], lines[1], b""]))
    with pytest.raises(jobs.UnreadableJobError, match=r"waiting\.jsonl, line 1, cannot be read"):
        _ask(tmp_path, EVE)  # nobody can tell who waits
    jobs.save(tmp_path, second.closed(jobs.DONE, detail=jobs.ERASED))
    assert path.read_bytes() == b"\xff" + lines[0][:40] + b"\n"
    with pytest.raises(jobs.UnreadableJobError):
        jobs.read(tmp_path, first.job_id)
    assert jobs.read(tmp_path, second.job_id).status == jobs.DONE
    path.write_bytes(lines[0] + b"\n")
    assert jobs.Register(tmp_path).look() == (first,)


def test_two_registers_see_what_the_other_has_written(tmp_path: Path) -> None:
    one, other = jobs.Register(tmp_path), jobs.Register(tmp_path)
    assert one.look() == other.look() == ()
    job = one.request([ADA], requested_by="test")
    assert other.request([f" {ADA.upper()}"], requested_by="test") == job
    assert one.look() == other.look() == (job,)
    assert one.look() is one.look()
