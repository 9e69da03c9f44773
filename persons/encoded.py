"""Texts that stand in other texts encoded: base64 and hexadecimal, packed inside or not."""

import base64
import binascii
import gzip
import re
import zlib
from collections.abc import Callable, Iterator

_LONGEST_PACKED = 1 << 22
PACKED = re.compile(r"[A-Za-z0-9+/_-]{8,}={0,2}")


def both(first: Callable[[str], str], then: Callable[[str], str]) -> Callable[[str], str]:
    """Return what does one thing after another."""
    return lambda new: then(first(new))


def parts_of(match: re.Match[str]) -> Iterator[tuple[int, int]]:
    """Yield a run of base64's characters, then its pieces between marks that may be separators."""
    yield match.span()
    if any(mark in match[0] for mark in "/_-+"):
        for part in re.finditer(r"[A-Za-z0-9]{8,}={0,2}", match[0]):
            yield match.start() + part.start(), match.start() + part.end()


def decodings(piece: str) -> Iterator[tuple[bytes, Callable[[str], str]]]:
    """Yield the bytes that a piece of text may stand for, and how to write others (as latin-1) the same way."""
    bare_piece = piece.rstrip("=")
    if len(bare_piece) % 2 == 0 and re.fullmatch(r"[0-9a-fA-F]{10,}", bare_piece):
        yield bytes.fromhex(bare_piece), lambda content: content.encode("latin-1").hex()
    if len(bare_piece) % 4 == 1:
        return
    is_url = "-" in piece or "_" in piece
    try:
        content = base64.b64decode(
            bare_piece.replace("-", "+").replace("_", "/") + "=" * (-len(bare_piece) % 4),
            validate=True,
        )
    except (binascii.Error, ValueError):
        return

    def encode(new: str) -> str:
        raw = new.encode("latin-1")
        return (base64.urlsafe_b64encode if is_url else base64.b64encode)(raw).decode()

    yield content, encode


def text_of(content: bytes) -> tuple[str, Callable[[str], str]] | None:
    """Return the text that some bytes are, unpacked if they are packed, and how to pack it; bytes travel as latin-1."""
    if content[:1] == b"\x78" or content[:2] == b"\x1f\x8b":
        packed = content[:2] == b"\x1f\x8b"
        try:
            unpacked = zlib.decompressobj(31 if packed else 15).decompress(content, _LONGEST_PACKED)
            text = unpacked.decode()
        except (zlib.error, UnicodeDecodeError):
            return None
        pack = gzip.compress if packed else zlib.compress
        return text, lambda new: pack(new.encode()).decode("latin-1")
    if b"@" not in content and b"%" not in content and b"\\" not in content and b"&" not in content:
        return None
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return None
    if not all(letter.isprintable() or letter in "\r\n\t" for letter in text):
        return None
    return text, lambda new: new.encode().decode("latin-1")
