"""Where addresses may stand, told quickly: in a long text, in a column of many, before anything is read closely."""

import base64
import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator

from persons.folding import ATOM
from persons.written import address_key, slug

MAY_HOLD = r"@|\x{FF20}|\x{FE6B}|%|&(?:#|[aA]|[cC])|\\|=40|[(\[{<] *[aA][tT] *[)\]}>]|#EXT#|#ext#|[0-9a-fA-F]{32}"
"""RE2: what a text has that holds an address in one of the forms, but for separators and base64."""
_AT_FORM = (
    r"@|\uff20|\ufe6b|%(?:25)*40|%(?:25)*ef%(?:25)*bc%(?:25)*a0|&(?:amp;)*(?:#0*64|#x0*40|commat)|\\u\{?0*40|\\uff20"
    r"|\\x40|=40|[\[({<]\s?at\s?[\])}>]"
)
_TEN = "[A-Za-z0-9+/_-]{10}"
_ZLIB_OR_GZIP = "eJ|eN|eA|eF|H4sI"
_PACKED = f"(?<![A-Za-z0-9])(?:{_ZLIB_OR_GZIP}){_TEN}"
_JSON_IN_BASE64 = f"eyJ{_TEN}"
_LETTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/_-")
_AFTER = re.compile("[A-Za-z0-9+/_-]*={0,2}")
_AROUND = 400


def spots_of(
    identifiers: Iterable[tuple[str, Iterable[str]]], words: Iterable[str]
) -> re.Pattern[str]:
    """Return what stands, in a long text, where some addresses may stand, or some words: only there it is read closely."""
    parts = [
        _AT_FORM,
        f"(?-i:{_PACKED}|{_JSON_IN_BASE64})",
        "[0-9a-f]{32}",
        r"[0-9a-f]{8}-[0-9a-f]{4}-",
        *words,
    ]
    for address, spellings in identifiers:
        # Letters that are written in several ways may stand before a domain that is not.
        domain = address_key(address).rpartition("@")[2]
        parts.append("[._-]{1,2}".join(map(re.escape, ATOM.findall(domain))))
        for text in {address, *spellings}:
            parts.append(text.strip().encode().hex())
            parts += map(re.escape, _base64_cores(text.strip()))
    return re.compile("|".join(dict.fromkeys(parts)), re.IGNORECASE)


def around(text: str, spots: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    """Yield the places of a long text that are to be read closely; none touches another."""
    since = until = end = -1
    for match in spots.finditer(text):
        if match.end() <= end:
            continue  # in the same run of letters
        start, end = _run_around(text, match)
        if until >= 0 and start - _AROUND > until:
            yield since, until
            since = -1
        if since < 0:
            since = max(0, start - _AROUND)
        until = min(len(text), end + _AROUND)
    if until >= 0:
        yield since, until


def _run_around(text: str, match: re.Match[str]) -> tuple[int, int]:
    """Return where the letters of base64 begin and end in which something stands: they are decoded as a whole."""
    start = match.start()
    while start > 0 and (text[start - 1] in _LETTERS):
        start -= 1
    after = _AFTER.match(text, match.end())
    return start, after.end() if after else match.end()


def _base64_cores(text: str) -> Iterator[str]:
    """Yield what base64 makes of a text wherever it begins, without the letters that its neighbours share."""
    for before in range(3):
        encoded = base64.b64encode(bytes(before) + text.encode()).decode().rstrip("=")
        yield encoded[(0, 2, 3)[before] : -1]


def probe_of(identifiers: Iterable[tuple[str, Iterable[str]]]) -> str:
    """Return a regular expression, of RE2, for texts that may hold some addresses, spelled in some ways.

    It leaves out base64 of them in other case or among other letters than JSON's.
    """
    parts = [
        MAY_HOLD,
        f"(?:^|[^A-Za-z0-9])(?:{_ZLIB_OR_GZIP}){_TEN}",
        _JSON_IN_BASE64,
    ]
    for address, spellings in identifiers:
        words = "[._-]{1,2}".join(map(re.escape, slug(address).split(" ")))
        parts += [
            f"(?i:{written.replace('ss', '(?:ss|ß)')})"
            for written in (words, unicodedata.normalize("NFC", words))
        ]
        for text in {address, *spellings}:
            parts += map(re.escape, _base64_cores(text.strip()))
            digest = hashlib.md5(text.strip().encode(), usedforsecurity=False).hexdigest()
            parts.append(f"(?i:{digest[:8]}-{digest[8:12]}-{digest[12:16]}-)")
    return "|".join(dict.fromkeys(parts))
