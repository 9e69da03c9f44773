"""A person's addresses, ids and names as the search after an erasure looks for them."""

import base64
import contextlib
import hashlib
import re
import unicodedata
import zlib
from collections.abc import Collection, Iterable, Iterator
from functools import cached_property

from persons.identifiers import Identifier, Kind
from privacy.flattening import (
    address_pattern,
    alone,
    atoms_of,
    base_of,
    flat_of,
    flattened,
    sites_of,
    slug_pattern,
    words_of,
)

_SHORT = 4_000
_LONGEST_PACKED = 1 << 22
AROUND = 400
_AT_SIGN_SQL = "[@%&\\\\]|=40|[\\[({<] *[aA][tT] *[\\])}>]|[^\\x00-\\x7F]"
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{12,}")
_PACKED = re.compile(r"(?:eJ|eN|eA|eF|H4sI)[A-Za-z0-9+/_-]{14,}={0,2}")
_JSON_IN_BASE64 = "eyJ[A-Za-z0-9+/_-]{10,}"
"""How base64 of a JSON object begins."""
_AT_FORM = (
    r"@|\uff20|\ufe6b|%(?:25)*40|%(?:25)*ef%(?:25)*bc%(?:25)*a0|&(?:amp;)*(?:#0*64|#x0*40|commat)|\\u\{?0*40|\\uff20"
    r"|\\x40|=40|[\[({<]\s?at\s?[\])}>]"
)
"""At signs, however they are written."""
_RUN = re.compile(rb"[\t\n\r\x20-\x7e\x80-\xbf\xc2-\xf4]{6,}")
"""What may be text among bytes."""
_NOTHING = re.compile(rb"\x00{64,}")
"""What most of a database file is: blocks that are not full."""
_KEYS = re.compile(rb"[0-9a-f]{32,}")
"""Keys of rows, of which an engine writes a column one behind the other."""
_DIGEST = re.compile(r"[0-9a-f]{32,128}")
_DASHED = re.compile(r"([0-9a-f]{8})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{12})")
_DASHED_PARTS = re.compile(r"(.{8})(.{4})(.{4})(.{4})(.{12})")
_HASHES = ("md5", "sha1", "sha224", "sha256", "sha384", "sha512")
_ESCAPED = (
    (re.compile(rb"%(?:25)*40|&(?:amp;)*#|commat|u0040|uff20|=40"), "lowered"),
    (re.compile(rb"[0-9a-f](?:[0-9a-f]{31}|-[0-9a-f]{4}-)"), "lowered"),
    (re.compile(f"{_PACKED.pattern}|{_JSON_IN_BASE64}".encode()), "as it is"),
)
"""What holds an address among bytes without one of its words, and how it is read."""
_FEW = "0000"
_KEY = re.compile("[0-9a-f]{32}")
_REMEMBERED = 200_000
"""How many texts are remembered at once."""
_UNIQUE_ID = re.compile(r"(?=.*\d)[0-9a-z_-]{18,}")


class Pattern:
    """A person's addresses, ids and names, as they are searched for."""

    def __init__(self, identifiers: Iterable[Identifier], others: Collection[str] = ()) -> None:
        """Make the patterns."""
        listed = list(identifiers)
        self.addresses = sorted(
            {flat_of(one.text) for one in listed if one.label.kind is Kind.EMAIL}
        )
        ids = [(flat_of(one.text), one.namespaces) for one in listed if one.label.kind is Kind.ID]
        words = [flat_of(one.text) for one in listed if one.label.kind is Kind.KEY]
        self.unique = sorted({*words, *(text for text, _ in ids if _UNIQUE_ID.fullmatch(text))})
        self.short_ids = {
            (namespace, text)
            for text, spaces in ids
            if text not in self.unique
            for namespace in spaces
        }
        # A name that others bear too is somebody's, wherever it is left.
        self.names = {
            words_of(one.text)
            for one in listed
            if one.label.kind is Kind.NAME and one.label.number == 0 and " " in words_of(one.text)
        }
        spelled = {
            text
            for one in listed
            if one.label.kind is Kind.EMAIL
            for text in (one.text, *one.spellings)
        }
        self._digests = {digest for text in spelled for digest in _digests(text)}
        self._digests_from = {
            start: [one for one in self._digests if one.startswith(start)]
            for start in {one[:32] for one in self._digests}
        }
        self._address = _any(address_pattern(text) for text in self.addresses)
        self._word = _any(
            [
                *map(slug_pattern, self.addresses),
                *(alone(re.escape(text)) for text in self.unique),
            ]
        )
        self._halves = sorted(
            {(text.rpartition("@")[0], site) for text in self.addresses for site in sites_of(text)}
        )
        self._parts = [
            *(words_of(text).split(" ") for text in self.addresses),
            *([one] for one in self.unique),
        ]
        self._encoded = sorted(
            {
                core
                for text in {*self.addresses, *spelled}
                for core in (*_base64_cores(text), text.encode().hex())
            }
        )
        self._spot = self._spots()
        # Of a text among bytes at least its domain, an at sign that is an escape, or an id has to be there.
        self._in_runs = {
            text.encode().lower()
            for text in (
                *self.unique,
                *self._encoded,
                *(one.rpartition(".")[0] or one for _, one in self._halves),
            )
        }
        digits = re.compile("[0-9a-f]+")
        self._in_keys = list(filter(digits.fullmatch, (*self.unique, *self._encoded)))
        self._held: re.Pattern[str] | None = None
        self._learned: set[str] = set()
        self._counted: dict[str, int] = {}
        """Of texts that were read: the same ones stand in many tables, and in the files of a snapshot again."""
        self.hold(others)

    def _spots(self) -> re.Pattern[str] | None:
        """Return what is looked for in a long text before it is read closely."""
        spots = [re.escape(text) for text in self.unique]
        if self.addresses:
            packed = (
                f"(?-i:{_PACKED.pattern}|{_JSON_IN_BASE64})"  # these letters mean it as they are
            )
            spots += [_AT_FORM, packed, "[0-9a-f]{32}", _DASHED.pattern]
            spots += [re.escape(core) for core in self._encoded]
            domains = {text.rpartition("@")[2] for text in self.addresses}
            spots += [
                "[._-]{1,2}".join(map(re.escape, words_of(one).split(" "))) for one in domains
            ]
        return re.compile("|".join(spots), re.IGNORECASE) if spots else None

    def hold(self, addresses: Iterable[str]) -> bool:
        """Learn addresses of others: where one stands that holds the person's as a part, it is theirs. Tell whether one is."""
        own = set(self.addresses)
        longer = {
            text
            for text in map(flat_of, addresses)
            if text not in own
            and any(one in text or atoms_of(one) in atoms_of(text) for one in own)
            and not any(base_of(text) == one for one in own)
        }
        longer -= self._learned
        if longer:
            self._learned |= longer
            self._counted.clear()
            listed = sorted(longer, key=len, reverse=True)
            known = [
                pattern
                for text in listed
                for pattern in (address_pattern(text, before=""), slug_pattern(text))
            ]
            before = [self._held.pattern] if self._held else []
            self._held = re.compile("|".join([*before, *known]))
        return bool(longer)

    @cached_property
    def sql(self) -> str:
        """Return a regular expression, of RE2, that matches every text in which something can be found."""
        plain = [_AT_SIGN_SQL, "(?i)[a-f0-9]{32}"] if self.addresses else []
        plain += [slug_pattern(text, bounded=False) for text in self.addresses]
        plain += [re.escape(text) for text in self.unique]
        plain += [re.escape(text) for text in self._encoded]
        plain += (
            [f"(?:^|[^A-Za-z0-9])(?:{_PACKED.pattern})", _JSON_IN_BASE64] if self.addresses else []
        )
        plain += [
            "(?i)" + "-".join(_DASHED_PARTS.match(one).groups())  # type: ignore[union-attr]
            for one in sorted(self._digests)
            if len(one) == 32
        ]
        return "|".join(f"(?:{one})" if not one.startswith("(?i)") else f"({one})" for one in plain)

    @cached_property
    def keys(self) -> list[str]:
        """Return what names the person and looks like a row's key."""
        return sorted(text for text in {*self._digests, *self.unique} if _KEY.fullmatch(text))

    def is_short_id(self, namespace: str, text: str) -> bool:
        """Tell whether a cell is an id of the person."""
        return (namespace, flat_of(text)) in self.short_ids

    def count(self, text: str) -> int:
        """Return how often a text names the person."""
        if len(text) > _SHORT:
            return sum(map(self._in_short, self._spots_of(text)))
        found = self._counted.get(text)
        if found is None:
            found = self._in_key(text) if _KEY.fullmatch(text) else self._in_short(text)
            if len(self._counted) >= _REMEMBERED:
                self._counted.clear()
            self._counted[text] = found
        return found

    def _in_key(self, text: str) -> int:
        """Return how often what looks like a row's key names the person; there is one in every row.

        In these letters there are no escapes and no separators, and base64 never writes an at sign.
        """
        if text in self._digests or text in self.unique:
            return 1
        content = bytes.fromhex(text) if "40" in text else b""
        return int(b"@" in content and self._in_bytes(content))

    def _spots_of(self, text: str) -> Iterator[str]:
        """Yield what stands around all that may be a part of what names the person, of a long text."""
        since = until = -1
        for match in self._spot.finditer(text) if self._spot else ():
            if until >= 0 and match.start() - AROUND > until:
                yield text[since:until]
                since = -1
            if since < 0:
                since = max(0, match.start() - AROUND)
            until = match.end() + AROUND
        if until >= 0:
            yield text[since:until]

    def _in_short(self, text: str) -> int:
        n_found = max((self._in_flat(one) for one in flattened(text)), default=0)
        return n_found or self._in_base64(text)

    def _in_flat(self, text: str) -> int:
        n_found = 0
        if self._address is not None and any(
            local in text and site in text for local, site in self._halves
        ):
            n_found += self._times(self._address, text)
        if self._word is not None and any(all(one in text for one in some) for some in self._parts):
            n_found += self._times(self._word, text)
        return n_found + self._hashed(text)

    def _times(self, pattern: re.Pattern[str], text: str) -> int:
        if self._held is None or pattern.search(text) is None:
            return len(pattern.findall(text))
        return len(pattern.findall(self._held.sub(" ", text)))

    def _hashed(self, text: str) -> int:
        if not self._digests:
            return 0
        dashed = ("".join(parts) for parts in _DASHED.findall(text))
        return sum(one in self._digests for one in (*_DIGEST.findall(text), *dashed))

    def _in_base64(self, text: str) -> int:
        if not self.addresses:
            return 0
        for match in _PACKED.finditer(text):
            unpacked = _unpacked(match[0])
            if unpacked and self.count(unpacked):
                return 1
        for match in _BASE64.finditer(text):
            for part in (match[0], *re.split(r"[/_-]", match[0])):
                decoded = _decoded(part)
                if decoded is None:
                    # Cut off somewhere: what it holds is there all the same.
                    if any(core in part for core in self._encoded):
                        return 1
                elif b"@" in decoded or b"\\" in decoded or b"%" in decoded or b"&" in decoded:
                    if self._in_bytes(decoded):
                        return 1
                elif decoded.hex() in self._digests:
                    return 1
            if re.fullmatch(r"(?:[0-9a-fA-F]{2}){6,}", match[0]):
                content = bytes.fromhex(match[0])
                if b"@" in content and self._in_bytes(content):
                    return 1
        return 0

    def _in_bytes(self, content: bytes) -> bool:
        return any(map(self._in_flat, flattened(content.decode(errors="ignore"))))

    def in_bytes(self, content: bytes) -> int:
        """Return how often some bytes name the person: as UTF-8, or as UTF-16."""
        if b"\x00" not in content:
            return self.count(content.decode("utf-8", errors="replace"))
        content = _NOTHING.sub(bytes(64), content)
        texts = _KEYS.sub(self._without_keys, b"\x00".join(_RUN.findall(content)))
        runs = b"\n".join(self._that_may_name(texts))
        n_found = self.count(runs.decode("utf-8", errors="replace")) if runs else 0
        return n_found or self._in_utf16(content)

    def _without_keys(self, match: re.Match[bytes]) -> bytes:
        """Return of keys of rows only what may name the person: a digest, or what they are the hexadecimal form of.

        What stands before or behind them keeps its neighbour, and what is base64 there the place of its letters.
        """
        written = match[0].decode()
        kept = [
            one
            for at in range(0, len(written) - 31, 32)
            if written[at : at + 32] in self._digests_from
            for one in self._digests_from[written[at : at + 32]]
            if written.startswith(one, at)
        ]
        kept += [written for text in self._in_keys if text in written]
        for since in (0, 1):
            content = bytes.fromhex(written[since : len(written) - (len(written) - since) % 2])
            for start, end in self._spots_in(content) if b"@" in content else ():
                kept.append(content[max(0, start - AROUND) : end + AROUND].hex())
        return "\n".join([_FEW + "0" * (len(written) % 4), *kept, _FEW]).encode()

    def _that_may_name(self, texts: bytes) -> list[bytes]:
        """Return those of some texts with a zero byte between them that are to be read closely."""
        found: dict[int, int] = {}
        for start, end in self._spots_in(texts, whole=True):
            until = texts.find(b"\x00", end)
            found[texts.rfind(b"\x00", 0, start) + 1] = until if until >= 0 else len(texts)
        return [texts[since:until] for since, until in sorted(found.items())]

    def _spots_in(self, content: bytes, *, whole: bool = False) -> Iterator[tuple[int, int]]:
        """Yield where something stands that is a part of all that may name the person; `whole`: once for each text with zero bytes around it.

        One after the other: an expression of all of them has no letter to look for first.
        """
        lowered = content.lower()
        for word in self._in_runs:
            at = lowered.find(word)
            while at >= 0:
                end = at + len(word)
                yield at, end
                end = _end_of(content, end) if whole else end
                at = lowered.find(word, end)
        for form, read in _ESCAPED if self.addresses else ():
            text = content if read == "as it is" else lowered
            found = form.search(text)
            while found is not None:
                yield found.span()
                found = form.search(text, _end_of(content, found.end()) if whole else found.end())

    def _in_utf16(self, content: bytes) -> int:
        lowered = content.lower()
        n_found = 0
        for text in (*(site for _, site in self._halves), *self.unique):
            wanted, at = text.encode("utf-16-le"), -1
            while (at := lowered.find(wanted, at + 1)) >= 0:
                # Two bytes a letter, from either parity.
                piece = content[at - min(at // 2 * 2, 2 * AROUND) : at + 2 * AROUND]
                n_found += self._in_short(piece.decode("utf-16-le", errors="replace"))
        return n_found


def _end_of(texts: bytes, at: int) -> int:
    end = texts.find(b"\x00", at)
    return end if end >= 0 else len(texts)


def _any(patterns: Iterable[str]) -> re.Pattern[str] | None:
    listed = list(patterns)
    return re.compile("|".join(listed)) if listed else None


def _digests(address: str) -> Iterator[str]:
    composed = unicodedata.normalize("NFC", address.strip().lower())
    for written in {address.strip(), flat_of(address), composed}:
        for end in ("", "\n"):
            for name in _HASHES:
                content = f"{written}{end}".encode(errors="replace")
                yield hashlib.new(name, content, usedforsecurity=False).hexdigest()


def _base64_cores(address: str) -> Iterator[str]:
    """Yield what base64 makes of an address wherever it begins, without the letters that its neighbours share."""
    for before in range(3):
        encoded = base64.b64encode(b"\x00" * before + address.encode()).decode().rstrip("=")
        core = encoded[(0, 2, 3)[before] : len(encoded) - 1]
        yield core
        yield core.replace("+", "-").replace("/", "_")


def _decoded(part: str) -> bytes | None:
    text = part.replace("-", "+").replace("_", "/")
    with contextlib.suppress(ValueError):
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    return None


def _unpacked(text: str) -> str | None:
    content = _decoded(text.rstrip("="))
    if content is None:
        return None
    with contextlib.suppress(zlib.error):
        return zlib.decompressobj(47).decompress(content, _LONGEST_PACKED).decode(errors="ignore")
    return None
