"""Bearer tokens: random, shown once, kept only as a hash, bound to organisations and one role, some to a person.

Whose token it is says the person's id (`persons/person_ids.py`), never an address; it ends when the person is erased.

`STATE_DIR/tokens.json` is the store, readable by its owner only. A store that cannot be read, or that others may read,
lets nobody in. Every look-up notices a changed file, so that revoking takes effect with the next request.
"""

import contextlib
import datetime as dt
import fcntl
import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from warehouse.remote.checkpoints import settle

METRICS = "metrics"
"""The role of what scrapes `/metrics`: it may ask nothing else, and is of no organisation."""
ROLES = ("viewer", "admin", "privacy_officer", "lead", "person", METRICS)
EVERY_ORGANIZATION = "*"
PREFIX = "aiu"


class TokenStoreError(Exception):
    """The store cannot be trusted; the message says why."""


@dataclass(frozen=True)
class Token:
    """What is known of a token; the token itself is not."""

    token_id: str
    sha256: str
    role: str
    organizations: tuple[str, ...]
    created_at: str
    expires_at: str
    revoked_at: str | None = None
    person_id: str | None = None
    """Whose it is; of the roles `lead` and `person`."""
    teams: tuple[str, ...] = ()
    """Of a lead, where the people sheet has no managers."""
    name: str | None = None
    """What it is for, for whoever looks after tokens; no person's name."""

    def is_valid(self, at: dt.datetime) -> bool:
        """Say whether the token opens anything at this moment."""
        return self.revoked_at is None and at < dt.datetime.fromisoformat(self.expires_at)


_NOBODY = Token("", hashlib.sha256(b"").hexdigest(), "", (), "", "1970-01-01T00:00:00+00:00")


class TokenStore:
    """The tokens of one `STATE_DIR`."""

    def __init__(self, state_dir: Path) -> None:
        self._path = state_dir / "tokens.json"
        self._seen: tuple[int, ...] | None = None
        self._tokens: dict[str, Token] = {}

    def find(self, presented: str) -> Token | None:
        """Return the token that was presented, if it was ever made: it may have expired, or be revoked.

        Raises:
            TokenStoreError: The store cannot be read or is not private.
        """
        tokens = self.tokens()
        parts = presented.split("_", 2)
        known = tokens.get(parts[1]) if len(parts) == 3 else None
        # The same work whether the id is known or not, so that time tells nothing.
        candidate = known or _NOBODY
        digest = hashlib.sha256(presented.encode(errors="replace")).hexdigest()
        is_equal = hmac.compare_digest(digest, candidate.sha256)
        return known if known is not None and is_equal else None

    def is_still_valid(self, token_id: str) -> bool:
        """Say whether a token found earlier still opens anything; no when the store cannot be read."""
        try:
            known = self.tokens().get(token_id)
        except TokenStoreError:
            return False
        return known is not None and known.is_valid(dt.datetime.now(dt.UTC))

    def tokens(self) -> dict[str, Token]:
        """Return all tokens by id, read again when the file has changed."""
        try:
            found = self._path.stat()
        except FileNotFoundError:
            self._seen, self._tokens = None, {}
            return self._tokens
        except OSError as error:
            raise self._unreadable(error) from error
        signature = (found.st_ino, found.st_mtime_ns, found.st_size, found.st_mode)
        if signature != self._seen:
            self._seen = None
            self._tokens = self._read(found.st_mode)
            self._seen = signature
        return self._tokens

    def create(
        self,
        role: str,
        organizations: Sequence[str],
        *,
        at: dt.datetime,
        days: int,
        person_id: str | None = None,
        teams: Sequence[str] = (),
        name: str | None = None,
    ) -> tuple[Token, str]:
        """Add a token; the second value is the token itself, which nobody can tell again."""
        token_id = secrets.token_hex(4)
        presented = f"{PREFIX}_{token_id}_{secrets.token_urlsafe(32)}"
        made = Token(
            token_id=token_id,
            sha256=hashlib.sha256(presented.encode()).hexdigest(),
            role=role,
            organizations=tuple(sorted(set(organizations))),
            created_at=at.isoformat(timespec="seconds"),
            expires_at=(at + dt.timedelta(days=days)).isoformat(timespec="seconds"),
            person_id=person_id,
            teams=tuple(sorted(set(teams))),
            name=name,
        )
        with self._only_writer():
            self._write({**self.tokens(), token_id: made})
        return made, presented

    def revoke(self, token_id: str, *, at: dt.datetime) -> bool:
        """Make a token worthless; False when there is no valid token of this id."""
        with self._only_writer():
            tokens = self.tokens()
            known = tokens.get(token_id)
            if known is None or known.revoked_at is not None:
                return False
            revoked = replace(known, revoked_at=at.isoformat(timespec="seconds"))
            self._write({**tokens, token_id: revoked})
            return True

    def revoke_of(self, person_ids: Collection[str], *, at: dt.datetime) -> list[str]:
        """Make all tokens of some people worthless; return the ids of the tokens."""
        if not self._path.exists():
            return []
        with self._only_writer():
            tokens = self.tokens()
            theirs = {
                token_id: replace(token, revoked_at=at.isoformat(timespec="seconds"))
                for token_id, token in tokens.items()
                if token.revoked_at is None and token.person_id in person_ids
            }
            if theirs:
                self._write({**tokens, **theirs})
        return sorted(theirs)

    def take_over(self, others: bytes) -> None:
        """Take over the tokens of another store; one that is revoked in either is revoked.

        Raises:
            TokenStoreError: They cannot be read; nothing was taken over.
        """
        with self._only_writer():
            tokens = self.tokens()
            merged = dict(tokens)
            for token_id, token in self._parsed(others).items():
                if token_id not in merged or merged[token_id].revoked_at is None:
                    merged[token_id] = token
            if merged != tokens:
                self._write(merged)

    def _read(self, mode: int) -> dict[str, Token]:
        if mode & 0o077:
            raise TokenStoreError(f"{self._path} can be read by others: chmod 600 {self._path}")
        try:
            content = self._path.read_bytes()
        except OSError as error:
            raise self._unreadable(error) from error
        return self._parsed(content)

    def _parsed(self, text: bytes) -> dict[str, Token]:
        try:
            content = json.loads(text)
            made = [
                Token(
                    **{
                        **entry,
                        "organizations": tuple(entry["organizations"]),
                        "teams": tuple(entry.get("teams", ())),
                    }
                )
                for entry in content["tokens"]
            ]
            if not all(t.role in ROLES and dt.datetime.fromisoformat(t.expires_at) for t in made):
                raise ValueError("an unknown role")
        except (ValueError, KeyError, TypeError) as error:
            raise self._unreadable(error) from error
        return {token.token_id: token for token in made}

    def _write(self, tokens: dict[str, Token]) -> None:
        temporary = self._path.with_suffix(".new")
        temporary.unlink(missing_ok=True)
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump({"tokens": [asdict(token) for token in tokens.values()]}, file, indent=2)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(self._path)
        settle()

    def _unreadable(self, error: Exception) -> TokenStoreError:
        # The error's own words may hold a piece of the file.
        return TokenStoreError(f"{self._path} cannot be read ({type(error).__name__}).")

    @contextlib.contextmanager
    def _only_writer(self) -> Iterator[None]:
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with (self._path.parent / ".tokens.lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
