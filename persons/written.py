r"""The ways in which an address is written, and where one stands in any text.

One mechanism for erasing, for the list of people who must not come back, and for a person's copy. A text is read in
several views: as it is, and with its escapes undone again and again (percent, HTML, JSON, quoted-printable), each folded
(case, width, composed letters, invisible characters). In each view every `@` has candidates, the longest first: from where
a local part can begin to where a domain can end. What a candidate is, is asked of a `lookup`, which may know addresses or
only keyed hashes of them.

Where an address begins and ends:

* not beside a letter or digit of the same script: `joanna@x.example` does not hold `anna@x.example`, `请anna@x.example谢` does;
* not after a dot or a plus that follows a letter or digit: `maria.anna@x.example` and `list+anna@x.example` are other mailboxes;
* not before a dot and a further label, unless that is a file's ending: `anna@x.example.org` is at another domain;
* after and before everything else, `-` and `_` too: `key-anna@x.example`, `anna@x.example-laptop`. Whoever is called
  `key-anna@x.example` is protected by being looked up first: the longest candidate that somebody holds decides;
* `anna+anything@x.example` is the mailbox `anna@x.example`, unless somebody else holds it.

An address whose `@` became a separator (`anna_berg_x_example.csv`, `anna.berg_x.example#EXT#@t.onmicrosoft.com`), its plain
hashes and texts that decode to it (base64, hexadecimal, packed or not) are found as well.
"""

import hashlib
import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, TypeVar

from persons.encoded import PACKED, both, decodings, parts_of, text_of
from persons.folding import ATOM, View, fold, views

Found = TypeVar("Found")
ADDRESS, SLUG, HASH = "address", "slug", "hash"
"""What a key is; see `keys_of`."""
Key = tuple[str, str]

_LONGEST_LOCAL = 80
_ENDING = re.compile(
    r"\.(?:csv|tsv|jsonl?|ndjson|parquet|avro|orc|txt|log|html?|xml|ya?ml|xlsx?|docx?|pptx?|pdf|png|jpe?g|gif|svg|eml|vcf"
    r"|sql|zip|gz|tar|tgz|zst|bz2|xz|7z|bak|old|tmp|part|duckdb|wal|db)(?![^\W_])"
)
_DIGESTS = {32, 40, 56, 64, 96, 128}
_HEX = re.compile(
    r"(?<![0-9A-Za-z])(?:[0-9a-f]{32,128}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?![0-9A-Za-z])"
)
_HASHES = ("md5", "sha1", "sha224", "sha256", "sha384", "sha512")
_PLAIN_ADDRESS = re.compile(
    r"[\w.!#$%&'*/=?^`{|}~+-]+@[\w-]+(?:\.[\w-]+)*\.(?:[^\W\d_]{2,}|xn--[\w-]+)"
)
_PLAIN_LOCAL = re.compile(r"[\w.'+-]+")


def address_key(text: str) -> str:
    """Return the mailbox that an address names: folded, with a domain in letters."""
    local, at, domain = fold(text).rpartition("@")
    return f"{local}{at}{_in_letters(domain)}"


def is_address(text: str) -> bool:
    """Tell whether a text as a whole is one plain address, of which nobody needs to ask where it begins."""
    folded = unicodedata.normalize("NFC", fold(text))
    local = folded.rpartition("@")[0]
    return (
        _PLAIN_ADDRESS.fullmatch(folded) is not None
        and _PLAIN_LOCAL.fullmatch(local) is not None
        and _ENDING.fullmatch(folded[folded.rfind(".") :]) is None
        # What is written around an address in another script is no part of it.
        and len({_script(one) for one in folded if one.isalpha()}) == 1
    )


def bare(text: str) -> str:
    """Return an address without what it is wrapped in: blanks, brackets, quotes, `mailto:`."""
    inner = text.strip()
    while True:
        before = inner
        inner = inner.strip().strip("<>\"'`()[]{},;.").removeprefix("mailto:")
        if inner == before:
            return inner


def slug(address: str) -> str:
    """Return the letters and digits of an address, which are left when its marks become separators."""
    return " ".join(ATOM.findall(address_key(address)))


def digests(address: str, spellings: Iterable[str] = ()) -> set[str]:
    """Return the plain hashes of an address, which a list of addresses would reverse."""
    key = address_key(address)
    written = {
        key,
        unicodedata.normalize("NFC", key),
        unicodedata.normalize("NFC", address.strip().lower()),
    }
    written |= {text.strip() for text in (address, *spellings)}
    return {
        hashlib.new(
            name, f"{text}{end}".encode(errors="replace"), usedforsecurity=False
        ).hexdigest()
        for text in written
        for end in ("", "\n")
        for name in _HASHES
    }


def keys_of(address: str, spellings: Iterable[str] = ()) -> Iterator[Key]:
    """Yield all that an address is looked up by, which may be spelled in several ways."""
    yield ADDRESS, address_key(address)
    yield SLUG, slug(address)
    for digest in sorted(digests(address, spellings)):
        yield HASH, digest


@dataclass(frozen=True)
class Occurrence(Generic[Found]):
    """Where something that was looked up stands in a text; `decoded` if it stands there encoded beside other words."""

    start: int
    end: int
    found: Found
    key: Key
    decoded: "Decoded[Found] | None" = None


@dataclass(frozen=True)
class Decoded(Generic[Found]):
    """A text that stands encoded in another one, what was found in it, and how to encode it again."""

    text: str
    found: "list[Occurrence[Found]]"
    encode: Callable[[str], str]


def occurrences(
    text: str, lookup: Callable[[Key], Found | None], slug_sizes: Collection[int] = ()
) -> list[Occurrence[Found]]:
    """Return where addresses stand that a lookup knows, in order, never overlapping; the longest win.

    Args:
        text: Any text.
        lookup: Says what a key is, if it is known.
        slug_sizes: How many atoms the known slugs have.
    """
    found: list[Occurrence[Found]] = []
    for view in views(text):
        found += _in_view(view, lookup)
        found += _slugs(view, lookup, slug_sizes)
    found += _hashes(text, lookup)
    found += _packed(text, lookup, slug_sizes)
    return longest(found)


def without_addresses(text: str, instead: str, keeps: Callable[[str], bool]) -> str:
    """Return a text in which something else stands for every address, whoever's it is, but those to keep."""

    def whoever(key: Key) -> bool | None:
        return True if key[0] == ADDRESS and is_address(key[1]) else None

    result, position = [], 0
    for hit in occurrences(text, whoever):
        if not keeps(text[hit.start : hit.end]):
            result += [text[position : hit.start], instead]
            position = hit.end
    return "".join([*result, text[position:]])


def longest(found: list[Occurrence[Found]]) -> list[Occurrence[Found]]:
    """Return those of some occurrences that no longer one overlaps, in order."""
    kept: list[Occurrence[Found]] = []
    for one in sorted(found, key=lambda one: (one.start - one.end, one.start)):
        if all(one.end <= other.start or other.end <= one.start for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda one: one.start)


@lru_cache(maxsize=4096)
def _script(letter: str) -> str:
    if letter.isascii():
        return "LATIN"
    return unicodedata.name(letter, "?").split(" ", 1)[0]


def _are_joined(one: str, other: str) -> bool:
    """Tell whether two characters side by side belong to one word."""
    if not (one.isalnum() and other.isalnum()):
        return bool(unicodedata.combining(other)) or (
            bool(unicodedata.combining(one)) and other.isalnum()
        )
    return one.isdigit() or other.isdigit() or _script(one) == _script(other)


def _in_view(view: View, lookup: Callable[[Key], Found | None]) -> Iterator[Occurrence[Found]]:
    text = view.text
    at = text.find("@")
    while at >= 0:
        hit = _around(text, at, lookup)
        if hit is not None:
            start, end, found, key = hit
            yield Occurrence(view.starts[start], view.ends[end - 1], found, key)
        at = text.find("@", at + 1)


def _around(
    text: str, at: int, lookup: Callable[[Key], Found | None]
) -> tuple[int, int, Found, Key] | None:
    """Return the longest address around an at sign that is known."""
    ends = list(_domain_ends(text, at + 1))[::-1]
    if not ends:
        return None
    for start, local in _locals(text, at):
        for end in ends:
            domain = _in_letters(text[at + 1 : end])
            for key in mailboxes(local, domain):
                found = lookup(key)
                if found is not None:
                    return start, end, found, key
    return None


def mailboxes(local: str, domain: str) -> Iterator[Key]:
    """Yield what an address is looked up by: itself, then the mailbox that it is a tag of."""
    yield ADDRESS, f"{local}@{domain}"
    if "+" in local.strip("+"):
        yield ADDRESS, f"{local.partition('+')[0]}@{domain}"


def _locals(text: str, at: int) -> Iterator[tuple[int, str]]:
    """Yield where a local part can begin, and the part; the longest first."""
    first = at
    while (
        first > 0
        and at - first < _LONGEST_LOCAL
        and text[first - 1] not in "@<>"
        and not text[first - 1].isspace()
    ):
        first -= 1
    if at > 1 and text[at - 1] in "\"'":  # a local part in quotes
        opened = text.rfind(text[at - 1], 0, at - 1)
        if opened >= 0:
            yield opened, text[opened + 1 : at - 1]
    for start in range(first, at):
        if _can_begin(text, start):
            yield start, text[start:at]


def _can_begin(text: str, start: int) -> bool:
    if start == 0:
        return True
    before, letter = text[start - 1], text[start]
    if _are_joined(before, letter):
        return False
    if before in ".+" and letter.isalnum():
        return start < 2 or not text[start - 2].isalnum()
    return True


def _domain_ends(text: str, start: int) -> Iterator[int]:
    """Yield where a domain can end; the shortest first."""
    end = start
    while end < len(text):
        letter = text[end]
        if not (letter.isalnum() or letter in ".-_" or unicodedata.combining(letter)):
            break
        end += 1
        if text[end - 1] in ".-_":
            continue
        if end == len(text) or _can_end(text, end):
            yield end


def _can_end(text: str, end: int) -> bool:
    after = text[end]
    if after == "." and end + 1 < len(text) and text[end + 1].isalnum():
        return _ENDING.match(text, end) is not None
    return not _are_joined(text[end - 1], after)


@lru_cache(maxsize=4096)
def _in_letters(domain: str) -> str:
    """Return a domain with its labels as people read them."""
    if "xn--" not in domain:
        return domain
    labels = []
    for label in domain.split("."):
        try:
            labels.append(
                fold(label.encode().decode("idna")) if label.startswith("xn--") else label
            )
        except UnicodeError:
            labels.append(label)
    return ".".join(labels)


def _slugs(
    view: View, lookup: Callable[[Key], Found | None], sizes: Collection[int]
) -> Iterator[Occurrence[Found]]:
    if not sizes:
        return
    places = [match.span() for match in ATOM.finditer(view.text)]
    follows = [
        number > 0
        and view.text[places[number - 1][1] : places[number][0]] in {"_", "-", ".", "__", "--"}
        for number in range(len(places))
    ]
    for size in sizes:
        for first in range(len(places) - size + 1):
            if all(follows[first + 1 : first + size]) and _can_begin(view.text, places[first][0]):
                start, end = places[first][0], places[first + size - 1][1]
                if end < len(view.text) and not _can_end(view.text, end):
                    continue
                words = " ".join(
                    view.text[since:until] for since, until in places[first : first + size]
                )
                found = lookup((SLUG, words))
                if found is not None:
                    yield Occurrence(view.starts[start], view.ends[end - 1], found, (SLUG, words))


def _hashes(text: str, lookup: Callable[[Key], Found | None]) -> Iterator[Occurrence[Found]]:
    for match in _HEX.finditer(text.lower() if text.isascii() else text):
        digest = match[0].replace("-", "")
        if len(digest) in _DIGESTS:
            found = lookup((HASH, digest))
            if found is not None:
                yield Occurrence(match.start(), match.end(), found, (HASH, digest))


def _packed(
    text: str, lookup: Callable[[Key], Found | None], sizes: Collection[int]
) -> Iterator[Occurrence[Found]]:
    """Yield what stands in a text encoded: base64 or hexadecimal, and packed inside."""
    for match in PACKED.finditer(text):
        for start, end in parts_of(match):
            piece = text[start:end]
            for content, encode in decodings(piece):
                if len(content) in {16, 20, 28, 32, 48, 64}:
                    found = lookup((HASH, content.hex()))
                    if found is not None:
                        yield Occurrence(start, end, found, (HASH, content.hex()))
                inner = text_of(content)
                if inner is None:
                    continue
                words, write = inner
                hits = occurrences(words, lookup, sizes)
                if hits:
                    decoded = Decoded(words, hits, both(write, encode))
                    is_all = len(hits) == 1 and hits[0].start == 0 and hits[0].end == len(words)
                    yield Occurrence(
                        start, end, hits[0].found, hits[0].key, None if is_all else decoded
                    )
