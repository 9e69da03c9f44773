"""Leaves out of a specification what takes time and cannot be seen.

To measure words is four fifths of what drawing takes: each letter is measured anew, each time that a word is looked at. A limit
of length makes Vega look at a word three times as often, and of labels that would overlap it measures all before it hides
most. Words that are short need no limit, and what has no room need not be a label.
"""

from collections.abc import Iterator, Mapping
from typing import Any

_LETTER = 7.5
"""Pixels that a letter of a label takes at most, on the average of a word."""
_NARROW_LETTER = 6.2
"""Pixels that it takes at least: Vega hides what then still has no room."""
_FIELDS = {"x": "axis", "word": "legend"}
"""Where words stand, and whose limit is theirs unless an encoding says otherwise."""
_INSTANT = "T00:00:00Z"
Words = Mapping[str, list[str]]


def lean(spec: dict[str, Any]) -> dict[str, Any]:
    """Return a specification of the same picture that is drawn sooner."""
    found: dict[str, list[str]] = {field: [] for field in _FIELDS}
    for field, word in dict.fromkeys(_words(spec)):
        found[field].append(word)
    made: dict[str, Any] = _lean(spec, found, "", spec["width"])
    config = made.setdefault("config", {})
    for field, part in _FIELDS.items():
        theirs = {"labelLimit": 0, "titleLimit": 0, **config.get(part, {})}
        config[part] = _lean(theirs, found, field, spec["width"])
    return made


def _lean(part: Any, words: Words, field: str, width: float) -> Any:  # noqa: ANN401 - what JSON holds
    if isinstance(part, list):
        return [_lean(one, words, field, width) for one in part]
    if not isinstance(part, dict):
        return part
    field = str(part.get("field", field))
    found = {
        name: one if name == "values" else _lean(one, words, field, width)
        for name, one in part.items()
    }
    if field in words:
        longest = max(map(len, words[field]), default=0)
        if longest * _LETTER <= found.get("labelLimit", 0):
            found["labelLimit"] = 0
        axis = found.get("axis")
        if found.get("type") == "ordinal" and axis and axis.get("labelOverlap"):
            shown = _with_room(words[field], longest, width)
            if len(shown) < len(words[field]):
                axis["values"] = shown
    return found


def _with_room(words: list[str], longest: int, width: float) -> list[str]:
    """Return each word, or every second, fourth … one: those that stand beside each other without touching."""
    step = 1
    while len(words) / step * longest * _NARROW_LETTER > width:
        step *= 2
    return words[::step]


def _words(part: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - what JSON holds
    """Return the words of the rows, each with its field."""
    if isinstance(part, list):
        for one in part:
            yield from _words(one)
    elif isinstance(part, dict):
        # A row has both, a scale or an encoding has neither as a text.
        for field in _FIELDS if _FIELDS.keys() <= part.keys() else ():
            word = part[field]
            # An instant is written shorter, and a number too.
            if isinstance(word, str) and not word.endswith(_INSTANT):
                yield field, word
        for one in part.values():
            if isinstance(one, dict | list):
                yield from _words(one)
