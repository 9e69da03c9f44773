"""A text as texts are compared: folded, and with its escapes undone layer by layer, each character with its place in what is written."""

import html
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

_ROUNDS = 4
ATOM = re.compile(
    r"(?:[^\W_]|[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f])+"
)
"""A run of letters and digits, with the marks upon them."""
_ESCAPE = re.compile(
    r"(?:%[0-9a-f]{2})+|&#x[0-9a-f]{1,6};?|&#[0-9]{1,7};?|&[a-z]{2,12};|=(?:40|2e|2b|2d|5f)"
    r"|\\u\{[0-9a-f]{1,6}\}|\\u[0-9a-f]{4}|\\x[0-9a-f]{2}|\\[\"'\\/bfnrt@._+*-]"
)
_CONTROL = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_URL = re.compile(r"%[0-9a-f]{2}|[?&][\w.-]+=|^[\w.-]+=[^=]*&")
_AT = re.compile(r"\s*[\[({<]\s*at\s*[\])}>]\s*|\s+@\s*|\s*@\s+")
_DOT = re.compile(r"\s*[\[({]\s*(?:dot|\.)\s*[\])}]\s*")


def fold(text: str) -> str:
    """Return a text as texts are compared: without case, width, composition, invisible characters, blanks around."""
    return View.of(text).text.strip()


@dataclass(frozen=True)
class View:
    """A text as it is compared, with the place of each character in the text as it is written."""

    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    @classmethod
    def of(cls, text: str) -> "View":
        """Return a text folded."""
        if text.isascii():
            return cls(text.lower(), range(len(text)), range(1, len(text) + 1))
        return cls._joined(
            (piece, n, n + 1) for n, letter in enumerate(text) for piece in _folded(letter)
        )

    @classmethod
    def _joined(cls, pieces: Iterator[tuple[str, int, int]]) -> "View":
        listed = _ordered(list(pieces))
        return cls(
            "".join(piece for piece, _, _ in listed),
            [start for _, start, _ in listed],
            [end for _, _, end in listed],
        )

    def decoded(self) -> "View | None":
        """Return the text with one layer of escapes undone; None when there is none."""
        matches = list(_ESCAPE.finditer(self.text))
        return self._with(matches, _meaning) if matches else None

    def with_at_signs(self) -> "View | None":
        """Return the text with what people write for an at sign."""
        matches = list(_AT.finditer(self.text))
        if not matches:
            return None
        view = self._with(matches, lambda match: [("@", 0, len(match[0]))])
        dots = list(_DOT.finditer(view.text))
        return view._with(dots, lambda match: [(".", 0, len(match[0]))]) if dots else view

    def with_blanks(self) -> "View | None":
        """Return a query's text with its blanks."""
        if "+" not in self.text or not _URL.search(self.text):
            return None
        return View(self.text.replace("+", " "), self.starts, self.ends)

    def _with(
        self,
        matches: list[re.Match[str]],
        meaning: Callable[[re.Match[str]], list[tuple[str, int, int]]],
    ) -> "View":
        def pieces() -> Iterator[tuple[str, int, int]]:
            at = 0
            for match in matches:
                for n in range(at, match.start()):
                    yield self.text[n], self.starts[n], self.ends[n]
                for letter, start, end in meaning(match):
                    first, last = match.start() + start, match.start() + end - 1
                    for piece in _folded(letter):
                        yield piece, self.starts[first], self.ends[last]
                at = match.end()
            for n in range(at, len(self.text)):
                yield self.text[n], self.starts[n], self.ends[n]

        return View._joined(pieces())


@lru_cache(maxsize=4096)
def _folded(letter: str) -> str:
    """Return a character without case, width, composition; nothing for one that cannot be seen."""
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", letter).casefold())
    return "".join(one for one in decomposed if not is_invisible(one))


def is_invisible(letter: str) -> bool:
    """Tell whether a character cannot be seen: zero-width, direction marks, a byte order mark."""
    return (
        unicodedata.category(letter) == "Cf"
        or "\ufe00" <= letter <= "\ufe0f"
        or letter in "\u034f\u115f\u1160\u17b4\u17b5"
    )


def _ordered(pieces: list[tuple[str, int, int]]) -> list[tuple[str, int, int]]:
    """Put marks that follow one letter into their canonical order."""
    n = 0
    while n < len(pieces):
        end = n
        while end < len(pieces) and unicodedata.combining(pieces[end][0][0]):
            end += 1
        if end - n > 1:
            pieces[n:end] = sorted(
                pieces[n:end], key=lambda piece: unicodedata.combining(piece[0][0])
            )
        n = max(end, n + 1)
    return pieces


def _meaning(match: re.Match[str]) -> list[tuple[str, int, int]]:
    """Return the characters that an escape stands for, with their places in it."""
    written = match[0]
    if written.startswith("%"):
        return list(_percent(written))
    if written.startswith("&"):
        meant = html.unescape(written)
    elif written.startswith("="):
        meant = chr(int(written[1:], 16))
    elif written[1] in "ux":
        number = int(written[2:].strip("{}"), 16)
        meant = chr(number) if number < 0x110000 else written
    else:
        meant = _CONTROL.get(written[1], written[1])
    return [(letter, 0, len(written)) for letter in meant]


def _percent(written: str) -> Iterator[tuple[str, int, int]]:
    content = bytes.fromhex(written.replace("%", ""))
    at = 0
    while at < len(content):
        size = 1 + (content[at] >= 0xC0) + (content[at] >= 0xE0) + (content[at] >= 0xF0)
        try:
            letter = content[at : at + size].decode()
        except UnicodeDecodeError:
            size = 1
            letter = content[at : at + 1].decode("latin-1")
        yield letter, 3 * at, 3 * (at + size)
        at += size


def views(text: str) -> Iterator[View]:
    """Yield a text folded, then with one layer of its escapes after the other undone."""
    view: View | None = View.of(text)
    for _ in range(_ROUNDS + 1):
        if view is None:
            return
        yield view
        for other in (view.with_blanks(), view.with_at_signs()):
            if other is not None:
                yield other
        view = view.decoded()
