"""An alert's sentence: its summary with the value and the labels, as Prometheus would write it."""

import re
from collections.abc import Callable, Mapping

_FILLED = re.compile(
    r"\{\{\s*(?P<what>\$value|\$labels\.(?P<label>\w+))(?:\s*\|\s*(?P<form>\w+))?\s*\}\}"
)


def sentence(summary: str, labels: Mapping[str, str], value: float) -> str:
    """Return a summary with everything filled in."""

    def of(found: re.Match[str]) -> str:
        if found["label"]:
            return labels.get(found["label"], "")
        return _FORMS.get(found["form"] or "", _plain)(value)

    return _FILLED.sub(of, summary)


def _plain(value: float) -> str:
    return f"{value:.4g}"


def _percentage(value: float) -> str:
    return f"{value * 100:.4g}%"


def _duration(value: float) -> str:
    if value < 1:
        return f"{value * 1000:.4g}ms"
    minutes, seconds = divmod(int(value), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    parts = {"d": days, "h": hours, "m": minutes, "s": seconds}
    first = next(index for index, n in enumerate([days, hours, minutes, 1]) if n)
    return " ".join(f"{n}{unit}" for unit, n in list(parts.items())[first:])


def _short(value: float) -> str:
    for unit, size in (("G", 1e9), ("M", 1e6), ("k", 1e3)):
        if abs(value) >= size:
            return f"{value / size:.4g}{unit}"
    return f"{value:.4g}"


_FORMS: dict[str, Callable[[float], str]] = {
    "humanizePercentage": _percentage,
    "humanizeDuration": _duration,
    "humanize": _short,
}
