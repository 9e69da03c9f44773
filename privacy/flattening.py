"""A text flattened as far as can be, and patterns of what is searched for in it; shares nothing with what replaces people."""

import contextlib
import html
import re
import unicodedata
import urllib.parse
from collections.abc import Iterator

_ROUNDS = 5
LATIN = "0-9a-z\u00df-\u024f"
_BLANK_AT = re.compile(r"\s*(?:@|[\[({<]\s*at\s*[\])}>])\s*")
_BRACKET_DOT = re.compile(r"\s*[\[({]\s*(?:dot|\.)\s*[\])}]\s*")
_UNICODE_ESCAPE = re.compile(
    r"(\\+)(?:u\{0*([0-9a-f]{1,6})\}|u([0-9a-f]{4})|x([0-9a-f]{2}))", re.IGNORECASE
)
_LINE_ESCAPE = re.compile(r"\\[bfnrt]")
_BEFORE_MARK = re.compile(r"\\+(?=[^0-9a-z\\])")
_MANY_BEFORE_ESCAPE = re.compile(r"\\{3,}[ux]", re.IGNORECASE)
_PRINTABLE = re.compile(r"=(40|2e|2b|2d|5f)", re.IGNORECASE)
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]"
)
ENDINGS = (
    "csv|tsv|jsonl?|ndjson|parquet|avro|orc|txt|log|html?|xml|ya?ml|xlsx?|docx?|pptx?|pdf|png|jpe?g|gif|svg|eml|vcf|sql"
    "|zip|gz|tar|tgz|zst|bz2|xz|7z|bak|old|tmp|part|duckdb|wal|db"
)


def flat_of(text: str) -> str:
    """Return a text without case, width and what cannot be seen."""
    if text.isascii():
        return text.strip().lower()
    wide = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return _INVISIBLE.sub("", wide).strip()


def words_of(text: str) -> str:
    """Return the words of a text, whatever stands between them."""
    return " ".join(re.findall(r"[^\W_]+", flat_of(text)))


def atoms_of(text: str) -> str:
    """Return the words of a text so that those of another can be found in them."""
    return f" {words_of(text)} "


def base_of(address: str) -> str:
    """Return an address without its tag."""
    local, _, domain = address.rpartition("@")
    return f"{local.split('+')[0]}@{domain}"


def alone(pattern: str) -> str:
    """Return a pattern of something with no letter or digit beside it."""
    return rf"(?<![{LATIN}]){pattern}(?![{LATIN}])"


def sites_of(address: str) -> set[str]:
    """Return the domain of an address, as people and as machines write it."""
    domain = address.rpartition("@")[2]
    with contextlib.suppress(UnicodeError):
        return {domain, domain.encode("idna").decode()}
    return {domain}


def address_pattern(address: str, before: str = rf"(?<![{LATIN}])(?<![{LATIN}][.+])") -> str:
    """Return the pattern of an address where it is no part of another mailbox or domain."""
    local = address.rpartition("@")[0]
    sites = "|".join(map(re.escape, sorted(sites_of(address))))
    return (
        rf"{before}[\"']?{re.escape(local)}[\"']?(?:\+[^@\s]*)?@(?:{sites})"
        rf"(?![{LATIN}])(?!\.(?!(?:{ENDINGS})(?![{LATIN}]))[{LATIN}])"
    )


def slug_pattern(address: str, *, bounded: bool = True) -> str:
    """Return the pattern of an address whose marks became separators."""
    joined = "[._-]{1,2}".join(map(re.escape, words_of(address).split(" ")))
    if not bounded:
        return f"(?i:{joined})"
    return (
        rf"(?<![{LATIN}][.+])" + alone(joined) + rf"(?!\.(?!(?:{ENDINGS})(?![{LATIN}]))[{LATIN}])"
    )


def flattened(text: str) -> Iterator[str]:
    """Yield a text flattened further and further."""
    yield from _chain(text, keeps=False)
    if _MANY_BEFORE_ESCAPE.search(text):
        # Some of many backslashes may be the text's own: what stands before them is another word.
        yield from _chain(text, keeps=True)


def _chain(text: str, *, keeps: bool) -> Iterator[str]:
    for _ in range(_ROUNDS):
        flat = flat_of(text)
        yield flat
        if "\\" in flat:
            yield _BEFORE_MARK.sub("", _LINE_ESCAPE.sub(" ", flat))
        if "+" in flat:
            yield flat.replace("+", " ")
        joined = _BLANK_AT.sub("@", _BRACKET_DOT.sub(".", flat))
        if joined != flat:
            yield joined
        again = _undone(flat, keeps=keeps)
        if again == flat:
            return
        text = again


def _undone(text: str, *, keeps: bool) -> str:
    """Return a text with one layer of escapes undone."""
    if "&" in text:
        text = html.unescape(text)
    if "%" in text:
        text = urllib.parse.unquote(text, errors="replace")
    if "\\" in text:
        text = _UNICODE_ESCAPE.sub(lambda match: _character(match, keeps=keeps), text)
        text = _LINE_ESCAPE.sub(" ", text)
    return _PRINTABLE.sub(lambda match: chr(int(match[1], 16)), text) if "=" in text else text


def _character(match: re.Match[str], *, keeps: bool) -> str:
    number = int(match[2] or match[3] or match[4], 16)
    own = "\\" if keeps and len(match[1]) > 2 else ""
    return own + (chr(number) if number < 0x110000 else "")
