"""The boards' colours, from `palette.yml`."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

_CONTENT: dict[str, Any] = yaml.safe_load(
    Path(__file__).with_suffix(".yml").read_text(encoding="utf-8")
)
TONES: dict[str, dict[str, str]] = {
    **{name: _CONTENT[name] for name in ("ink", "muted", "line", "surface", "good", "bad", "rest")},
    **{f"series-{place}": tone for place, tone in enumerate(_CONTENT["series"])},
}
"""By the name of the page's variable: the tone on a light and on a dark page."""
REST = "rest"
"""What a chart has no room for, or nobody owns."""


def tone(name: str) -> str:
    """Return a tone of the light page."""
    return TONES[name]["light"]


def tones_of(words: Sequence[str | None]) -> dict[str | None, str]:
    """Return a tone's name for each word, so that those that are named everywhere keep theirs."""
    named: dict[str, int] = _CONTENT["named"]
    given: dict[str | None, str] = {}
    free = list(range(len(_CONTENT["series"])))
    for word in words:
        place = named.get((word or "").split(".")[0])
        if place is not None and place in free:
            given[word] = f"series-{place}"
            free.remove(place)
    for word in words:
        if word not in given:
            given[word] = f"series-{free.pop(0)}" if word is not None and free else REST
    return given


def named_tones() -> dict[str, str]:
    """Return the tone, on a light page, of every word that has one of its own."""
    return {word: tone(f"series-{place}") for word, place in _CONTENT["named"].items()}
