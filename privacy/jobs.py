"""Erasures that were asked for, from the request to the certificate, in STATE_DIR/erasures.

    waiting.jsonl       those that wait, one a line, with the identifier that was given: nothing can be erased that cannot be found
    closed/<id>.json    the others, with their certificate and without any identifier

A request replaces one file in one step, and whoever asks who waits looks at one file, however many wait or have ever
waited. A job that a killed run has closed and not yet taken out of the first file is a closed one. Files beside these two are
jobs as they were kept before; whoever looks takes them over. Each request is a job of its own; only the very same
identifier asked for again while it waits is the same one.

pending           nobody has tried yet, or a run was interrupted
needs_attention   refused until somebody repairs what `problem` names; every run tries again
failed            can never be done as asked; `problem` says how to ask instead, and the identifiers are gone
done              the certificate says so; `detail` says whether anything was held
"""

import contextlib
import datetime as dt
import fcntl
import json
import os
import re
import secrets
import threading
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from persons.identifiers import atoms, new_token
from persons.keys import normalised
from persons.private_files import write_private

FOLDER, LINES, CLOSED = "erasures", "waiting.jsonl", "closed"
PENDING, NEEDS_ATTENTION, FAILED, DONE = "pending", "needs_attention", "failed", "done"
WAITING = frozenset({PENDING, NEEDS_ATTENTION})
ERASED, NOTHING_HELD = "erased", "nothing_held"
"""What `done` means: somebody was replaced; or everything was searched and named nobody of this identifier."""
LOCK = ".lock"
_JOB = re.compile(r"[0-9a-f]{32}\Z")
_Signature = tuple[tuple[str, ...], tuple[int, ...]]


class JobError(Exception):
    """There is no such job, or what is asked for cannot be done."""


class UnreadableJobError(JobError):
    """A job or their folder cannot be read; the message says which and repeats nothing of it."""


@dataclass(frozen=True)
class Job:
    """One erasure."""

    job_id: str
    status: str
    requested_at: str
    requested_by: str
    identifiers: tuple[str, ...] = ()
    """What was given, then what is known besides and hidden from answers; empty once the job is done."""
    given: tuple[str, ...] = ()
    """What was asked for, by which alone the person is found; in files of before, `identifiers` says it too."""
    found: dict[str, Any] = field(default_factory=dict)
    """What names the person in the warehouse, once it was searched and named them; as `steps.py` notes it."""
    shown_as: str = ""
    """The pseudonym's core in API answers until the next publication; another one than in the warehouse."""
    certificate: dict[str, Any] = field(default_factory=dict)
    problem: str = ""
    """Why it is not done, and what to do; names nobody."""
    detail: str = ""
    """Of a job that is done: `erased` or `nothing_held`."""

    def closed(self, status: str, **more: Any) -> "Job":  # noqa: ANN401 - any of the fields
        """Return the job as it is kept when nothing is left to do: without anything that names the person."""
        return replace(self, status=status, identifiers=(), given=(), found={}, shown_as="", **more)

    @property
    def asked(self) -> tuple[str, ...]:
        """Return the identifiers by which the person is found."""
        return self.given or self.identifiers


def request(state_dir: Path, given: Iterable[str], *, requested_by: str) -> Job:
    """Ask for an erasure; the same identifier asked for twice while the first waits is one job."""
    return Register(state_dir).request(given, requested_by=requested_by)


class Register:
    """The jobs that wait as one process knows them: a line is read when it is new, and not again."""

    def __init__(self, state_dir: Path) -> None:
        """Read nothing yet."""
        self._state_dir = state_dir
        self._seen: _Signature | None = None
        self._lines: dict[bytes, Job] = {}
        self._waiting: tuple[Job, ...] = ()
        self._one_at_a_time = threading.RLock()

    def look(self) -> tuple[Job, ...]:
        """Return the jobs that wait, in order of their request; the same ones while nothing has changed.

        Raises:
            UnreadableJobError: Something cannot be read, so nobody can tell who waits.
        """
        with self._one_at_a_time:
            seen = _signature(self._state_dir)
            if seen != self._seen:
                if seen[0]:
                    _raise_first(_take_over(self._state_dir))
                    seen = _signature(self._state_dir)
                self._read()
                self._seen = seen
            return self._waiting

    def request(self, given: Iterable[str], *, known: Iterable[str] = (), requested_by: str) -> Job:
        """Ask for an erasure; the same identifier asked for twice while the first waits is one job.

        Args:
            given: What the person was asked for by.
            known: What else names the person in what is published: hidden at once, but nobody is found by it.
            requested_by: Who asks: a token or a program.
        """
        wanted = _usable(given)
        if not wanted:
            raise JobError(
                "An erasure needs an identifier: an e-mail or an id with letters or digits."
            )
        with self._one_at_a_time:
            self.look()
            with _alone(self._state_dir):
                self._read()  # somebody may have written meanwhile
                for job in self._waiting:
                    if not set(wanted).isdisjoint(job.given):
                        return job
                names = tuple(dict.fromkeys((*wanted, *_usable(known))))
                job = Job(
                    *(secrets.token_hex(16), PENDING, now(), requested_by, names),
                    given=wanted,
                    shown_as=new_token(),
                )
                _write_lines(self._state_dir, [*_lines(self._state_dir), _line(job)])
                return job

    def _read(self) -> None:
        found, wrong = _parsed(_lines(self._state_dir), self._lines)
        _raise_first(wrong)  # whoever was known stays known, and it is tried again
        self._lines = found
        self._waiting = tuple(sorted(found.values(), key=_age))


def _usable(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in map(normalised, texts) if atoms(text)))


@contextlib.contextmanager
def _alone(state_dir: Path) -> Iterator[None]:
    """Hold the folder while it is written to, so that two requests at once for one person are one job; not twice at once."""
    folder = state_dir / FOLDER
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with (folder / ".requests").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
    except OSError as error:
        raise _unreadable_folder(error) from None


@contextlib.contextmanager
def only_run(state_dir: Path) -> Iterator[None]:
    """Let one program at a time erase, or change the list of erased people.

    Raises:
        JobError: Another one does.
    """
    folder = state_dir / FOLDER
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / LOCK).open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise JobError(
                "Another program erases at this moment; try again when it has ended."
            ) from None
        yield


def save(state_dir: Path, job: Job) -> None:
    """Write a job down, readable by its owner only. Of a closed one the certificate is there before its line goes."""
    with _alone(state_dir):
        if job.status not in WAITING:
            write_private(_closed(state_dir, job.job_id), json.dumps(asdict(job), indent=1) + "\n")
        _replace_line(state_dir, job)


def read(state_dir: Path, job_id: str) -> Job:
    """Return a job.

    Raises:
        JobError: There is none with this id, or it cannot be read.
    """
    if _JOB.match(job_id):
        for path in (_closed(state_dir, job_id), _of_before(state_dir, job_id)):
            with contextlib.suppress(FileNotFoundError):
                return _read_file(path)
        waiting, unreadable = _parsed(_lines(state_dir))
        for job in waiting.values():
            if job.job_id == job_id:
                return job
        _raise_first(unreadable)
    raise JobError("There is no erasure with this id.")


def all_jobs(state_dir: Path) -> Iterator[Job]:
    """Yield all jobs in order of their request.

    Raises:
        UnreadableJobError: One of them cannot be read.
    """
    waiting, unreadable = pending_and_unreadable(state_dir)
    _raise_first(unreadable)
    found = {job.job_id: job for job in waiting}
    for job_id in _names(state_dir / FOLDER / CLOSED):
        found[job_id] = _read_file(_closed(state_dir, job_id))
    yield from sorted(found.values(), key=_age)


def pending_and_unreadable(state_dir: Path) -> tuple[list[Job], list[UnreadableJobError]]:
    """Return the jobs that wait, and what is wrong with those that cannot be read."""
    wrong = _take_over(state_dir) if _names(state_dir / FOLDER) else []
    found, unreadable = _parsed(_lines(state_dir))
    waiting = []
    for job in found.values():
        closed = _closed(state_dir, job.job_id)
        if closed.exists():  # a run was killed before it took the line out
            save(state_dir, _read_file(closed))
        else:
            waiting.append(job)
    return sorted(waiting, key=_age), wrong + unreadable


def _signature(state_dir: Path) -> _Signature:
    """Return what is another one when any waiting job has changed: a look at one file, and at the names beside it.

    Raises:
        UnreadableJobError: Nobody can tell.
    """
    of_before = tuple(_names(state_dir / FOLDER))
    try:
        at = (state_dir / FOLDER / LINES).stat()
    except FileNotFoundError:
        return of_before, ()
    except OSError as error:
        raise _unreadable_folder(error) from None
    return of_before, (at.st_ino, at.st_mtime_ns, at.st_ctime_ns, at.st_size, at.st_mode)


def _take_over(state_dir: Path) -> list[UnreadableJobError]:
    """Take over the jobs that were kept in files of their own; return what is wrong with those that cannot be read."""
    wrong: list[UnreadableJobError] = []
    with _alone(state_dir):
        for name in _names(state_dir / FOLDER):
            path = _of_before(state_dir, name)
            try:
                job = _read_file(path)
            except FileNotFoundError:  # somebody else has
                continue
            except UnreadableJobError as error:
                wrong.append(error)
                continue
            if job.status in WAITING:
                _replace_line(state_dir, job)
                path.unlink()
            else:
                _closed(state_dir, name).parent.mkdir(exist_ok=True, mode=0o700)
                path.replace(_closed(state_dir, name))
    return wrong


def _lines(state_dir: Path) -> list[bytes]:
    path = state_dir / FOLDER / LINES
    try:
        return path.read_bytes().splitlines()
    except OSError as error:
        if isinstance(error, FileNotFoundError) and not path.is_symlink():
            return []
        raise _unreadable(f"{FOLDER}/{LINES}", error) from None


def _parsed(
    lines: Iterable[bytes], known: Mapping[bytes, Job] = MappingProxyType({})
) -> tuple[dict[bytes, Job], list[UnreadableJobError]]:
    """Return the jobs of some lines, those that are known without reading them, and what is wrong with the others."""
    found: dict[bytes, Job] = {}
    wrong: list[UnreadableJobError] = []
    for number, line in enumerate(lines, start=1):
        try:
            found[line] = known.get(line) or parsed(
                line, f"{FOLDER}/{LINES}, line {number},", WAITING
            )
        except UnreadableJobError as error:
            wrong.append(error)
    return found, wrong


def _replace_line(state_dir: Path, job: Job) -> None:
    """Keep one line of a job that waits, and none of a closed one; who calls holds the folder."""
    mark = f'"{job.job_id}"'.encode()
    lines = [line for line in _lines(state_dir) if mark not in line]
    if job.status in WAITING:
        lines.append(_line(job))
    _write_lines(state_dir, lines)


def _write_lines(state_dir: Path, lines: Iterable[bytes]) -> None:
    write_private(state_dir / FOLDER / LINES, b"".join(line + b"\n" for line in lines))


def _line(job: Job) -> bytes:
    return json.dumps(asdict(job)).encode()


def _names(folder: Path) -> list[str]:
    """Return the ids of the jobs that have files in a folder."""
    try:
        # Not glob: a folder that may not be read has no files to it.
        with os.scandir(folder) as found:
            names = [one.name.removesuffix(".json") for one in found if one.name.endswith(".json")]
    except FileNotFoundError:
        return []
    except OSError as error:
        raise _unreadable_folder(error) from None
    return sorted(name for name in names if _JOB.match(name))


def _closed(state_dir: Path, job_id: str) -> Path:
    return state_dir / FOLDER / CLOSED / f"{job_id}.json"


def _of_before(state_dir: Path, job_id: str) -> Path:
    return state_dir / FOLDER / f"{job_id}.json"


def _read_file(path: Path) -> Job:
    """Return a job that has a file of its own.

    Raises:
        FileNotFoundError: It has none.
        UnreadableJobError: It cannot be read.
    """
    place = f"{FOLDER}/{path.relative_to(path.parents[path.parent.name == CLOSED])}"
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise
    except OSError as error:
        raise _unreadable(place, error) from None
    return parsed(content, place, {*WAITING, FAILED, DONE})


def parsed(content: bytes, place: str, statuses: Collection[str]) -> Job:
    """Return the job that a line or a file is; UnreadableJobError where it is none."""
    try:
        told = json.loads(content)
        if told.pop("is_found", False):  # as it was written before
            told.setdefault("found", {"identifiers": told["identifiers"]})
        texts = {name: tuple(map(str, told.get(name, ()))) for name in ("identifiers", "given")}
        job = Job(**{**told, **texts})
    except (AttributeError, ValueError, KeyError, TypeError) as error:
        raise _unreadable(place, error) from None
    if job.status not in statuses or not _JOB.match(job.job_id):
        raise UnreadableJobError(f"{place} has an id or a status that nobody knows.")
    return job


def _raise_first(wrong: list[UnreadableJobError]) -> None:
    if wrong:
        raise wrong[0]


def _unreadable(place: str, error: Exception) -> UnreadableJobError:
    # The error's own words may hold a piece of the file.
    return UnreadableJobError(
        f"{place} cannot be read ({type(error).__name__}): restore it from a backup"
        " of STATE_DIR, or remove it and ask for the erasure again."
    )


def _unreadable_folder(error: OSError) -> UnreadableJobError:
    return UnreadableJobError(f"{FOLDER} cannot be read ({type(error).__name__}).")


def _age(job: Job) -> tuple[str, str]:
    return job.requested_at, job.job_id


def now() -> str:
    """Return the time as the certificates write it."""
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
