"""Deterministic chance: every draw hangs on a name, never on what was drawn before it elsewhere.

A stream is seeded from a hash of its name, so that a person's Tuesday is the same whoever asks for
it, in whatever order, and whatever else the company grows into.
"""

from collections.abc import Sequence
from hashlib import blake2b
from random import Random
from typing import TypeVar

T = TypeVar("T")

_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789abcdefghijkmnopqrstuvwxyz"


def number(*name: object) -> int:
    """Return 64 bits that depend on the name alone."""
    text = "|".join(map(str, name)).encode()
    return int.from_bytes(blake2b(text, digest_size=8).digest(), "big")


def share(*name: object) -> float:
    """Return a number in [0, 1) that depends on the name alone."""
    return number(*name) / 2**64


def stream(*name: object) -> Random:
    """Return a random stream seeded by the name."""
    return Random(number(*name))


def identifier(prefix: str, *name: object) -> str:
    """Return an opaque vendor-looking id such as ``apikey_01…``."""
    bits = int.from_bytes(blake2b("|".join(map(str, name)).encode()).digest()[:20], "big")
    letters = []
    for _ in range(22):
        bits, rest = divmod(bits, len(_ALPHABET))
        letters.append(_ALPHABET[rest])
    return f"{prefix}_01{''.join(letters)}"


def uuid(*name: object) -> str:
    """Return a UUID that depends on the name alone."""
    text = blake2b("|".join(map(str, name)).encode(), digest_size=16).hexdigest()
    return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-8{text[17:20]}-{text[20:]}"


def pick(roll: float, choices: Sequence[T]) -> T:
    """Return the choice that a roll in [0, 1) falls on."""
    return choices[int(roll * len(choices))]
