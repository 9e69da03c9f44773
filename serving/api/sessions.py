"""Sessions of browsers: an opaque random id in a cookie, of which only the hash is kept, bound to what it was opened with.

Each is a file of its own in `STATE_DIR/sessions`, named by the hash of the id, readable by its owner only; when it was used last is
the file's time. So several processes share them without a lock, a restart ends none, and one damaged file concerns one
session. It lasts for so long unused, for so long at all, and never longer than the token that it was opened with.
"""

import contextlib
import datetime as dt
import hashlib
import json
import os
import re
import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from persons.private_files import write_private
from serving.config import Settings

FOLDER = "sessions"
SECONDS_BETWEEN_NOTES = 60
"""How exactly the time of the last use is known."""
MOST_OF_ONE = 50
"""Sessions of one token; the oldest ends when one more is opened."""
OF_SINGLE_SIGN_ON, OF_A_LINK = "sso_", "link_"
"""How names of sessions begin that no token has opened: single sign-on, the link that a sandbox prints."""
_DIGEST = re.compile(r"[0-9a-f]{64}\Z")


@dataclass(frozen=True)
class Opened:
    """Who a session is of where no token says it: single sign-on, the link that a sandbox prints."""

    role: str
    organizations: tuple[str, ...]
    person_id: str | None = None
    teams: tuple[str, ...] = ()


@dataclass(frozen=True)
class Session:
    """What is known of a session; its id is not."""

    token_id: str
    """Of the token that it was opened with, or a name of its own where `opened` says who it is of."""
    created_at: str
    expires_at: str
    opened: Opened | None = None


class Sessions:
    """The sessions of one `STATE_DIR`."""

    def __init__(self, state_dir: Path, *, idle: dt.timedelta, longest: dt.timedelta) -> None:
        self._folder = state_dir / FOLDER
        self._idle, self._longest = idle, longest

    @property
    def longest(self) -> dt.timedelta:
        """Return how long a session lasts at most."""
        return self._longest

    def open(self, token_id: str, *, at: dt.datetime, opened: Opened | None = None) -> str:
        """Open a session and return its id, which nobody can tell again."""
        self._make_room(token_id, at)
        presented = secrets.token_urlsafe(32)
        made = Session(token_id, _text(at), _text(at + self._longest), opened)
        path = self._path(digest_of(presented))
        write_private(path, json.dumps(asdict(made)))
        os.utime(path, (at.timestamp(), at.timestamp()))
        return presented

    def find(self, digest: str, *, at: dt.datetime, is_use: bool = True) -> Session | None:
        """Return the session whose id has this hash, unless it has ended.

        Args:
            digest: The hash of the id.
            at: The moment.
            is_use: Whether it goes on for another while because of this.
        """
        path = self._path(digest)
        found = self._read(path)
        if found is None:
            return None
        session, used_at = found
        if self._has_ended(session, used_at, at):
            path.unlink(missing_ok=True)
            return None
        if is_use and (at - used_at).total_seconds() >= SECONDS_BETWEEN_NOTES:
            try:
                os.utime(path, (at.timestamp(), at.timestamp()))
            except FileNotFoundError:  # somebody has ended it meanwhile
                return None
        return session

    def end(self, digest: str) -> None:
        """End a session, if there is one."""
        self._path(digest).unlink(missing_ok=True)

    def end_those(self, of: Callable[[Session], bool]) -> int:
        """End all sessions of somebody; return how many."""
        ended = [path for path, session, _ in self._all() if of(session)]
        for path in ended:
            path.unlink(missing_ok=True)
        return len(ended)

    def _make_room(self, token_id: str, at: dt.datetime) -> None:
        theirs = []
        for path, session, used_at in self._all():
            if self._has_ended(session, used_at, at):
                path.unlink(missing_ok=True)
            elif session.token_id == token_id:
                theirs.append((session.created_at, path))
        for _, path in sorted(theirs)[: max(0, len(theirs) - MOST_OF_ONE + 1)]:
            path.unlink(missing_ok=True)

    def _all(self) -> Iterator[tuple[Path, Session, dt.datetime]]:
        if not self._folder.is_dir():
            return
        for path in sorted(self._folder.glob("*.json")):
            found = self._read(path)
            if found is not None:
                yield path, *found

    def _has_ended(self, session: Session, used_at: dt.datetime, at: dt.datetime) -> bool:
        return at >= dt.datetime.fromisoformat(session.expires_at) or at - used_at >= self._idle

    def _path(self, digest: str) -> Path:
        if not _DIGEST.match(digest):
            raise ValueError("no hash of a session's id")
        return self._folder / f"{digest}.json"

    def _read(self, path: Path) -> tuple[Session, dt.datetime] | None:
        """Read a session; what cannot be read, or others could have written, is none."""
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            found = path.stat()
            if found.st_mode & 0o077:
                return None
            return _session(
                json.loads(path.read_text(encoding="utf-8"))
            ), dt.datetime.fromtimestamp(found.st_mtime, dt.UTC)
        return None


def sessions_of(settings: Settings) -> Sessions:
    """Return the sessions of an installation."""
    return Sessions(
        settings.state_dir,
        idle=dt.timedelta(minutes=settings.session_idle_minutes),
        longest=dt.timedelta(hours=settings.session_hours),
    )


def digest_of(presented: str) -> str:
    """Return the hash of a session's id."""
    return hashlib.sha256(presented.encode(errors="replace")).hexdigest()


def _session(entry: Mapping[str, object]) -> Session:
    made = Session(**{**entry, "opened": None})  # type: ignore[arg-type]  # as it was written; else TypeError
    dt.datetime.fromisoformat(made.expires_at)
    opened = entry["opened"]
    if not isinstance(opened, Mapping):
        return made
    who = Opened(
        **{
            **opened,
            "organizations": tuple(opened["organizations"]),
            "teams": tuple(opened["teams"]),
        }
    )
    return Session(made.token_id, made.created_at, made.expires_at, who)


def _text(at: dt.datetime) -> str:
    return at.isoformat(timespec="seconds")
