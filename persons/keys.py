"""The secret key behind every keyed hash, and the hash itself.

A plain hash of an e-mail is reversed by hashing the staff list. A keyed one is not, as long as the key is not where
the hashes are: it comes from PRIVACY_KEY (a secret manager), or lies in a file that only its owner can read.
"""

import hashlib
import hmac
import os
import secrets
from contextlib import suppress
from pathlib import Path

KEY_FILE = "privacy.key"
SHORTEST_KEY = 32


class KeyProblemError(Exception):
    """There is no usable key; the message says what to do and never shows the key."""


def normalised(identifier: str) -> str:
    """Return the form in which identifiers are compared: any case, any run of blanks."""
    return " ".join(identifier.casefold().split())


class Key:
    """A key, which can hash and never be shown."""

    def __init__(self, secret: bytes) -> None:
        """Keep the secret out of every representation."""
        self._secret = secret

    def __repr__(self) -> str:
        return "Key(…)"

    def digest(self, purpose: str, text: str) -> str:
        """Return the keyed hash of a text; the same text has another hash for another purpose."""
        message = f"{purpose}\0{text}".encode()
        return hmac.digest(self._secret, message, hashlib.sha256).hex()


def load_key(state_dir: Path, given: str | None) -> Key:
    """Return the key that was given, or that of the file, which is made on first use.

    Raises:
        KeyProblemError: The key is too short, cannot be made, or others can read its file.
    """
    if given is not None:
        if len(given) < SHORTEST_KEY:
            raise KeyProblemError(f"PRIVACY_KEY: shorter than {SHORTEST_KEY} characters.")
        return Key(given.encode())
    path = state_dir / KEY_FILE
    try:
        if not path.exists():
            _make(path)
    except OSError as error:
        raise KeyProblemError(
            f"{path}: the key cannot be made ({type(error).__name__}). Set PRIVACY_KEY, or let STATE_DIR be written."
        ) from None
    if path.stat().st_mode & 0o077:
        raise KeyProblemError(f"{path}: others can read it. Run: chmod 600 {path}")
    text = path.read_text(encoding="ascii").strip()
    if len(text) < SHORTEST_KEY:
        raise KeyProblemError(f"{path}: shorter than {SHORTEST_KEY} characters; restore it.")
    return Key(text.encode())


def _make(path: Path) -> None:
    """Write a new key whole, or leave the one that somebody else wrote meanwhile."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32))
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            path.hardlink_to(draft)
    finally:
        draft.unlink()
