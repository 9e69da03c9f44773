"""The one list of alerts: Prometheus' rules, read as they lie. Thresholds stand there and nowhere else."""

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

RULES = Path(__file__).resolve().parents[2] / "infrastructure" / "monitoring" / "prometheus"


@cache
def rules() -> tuple[Mapping[str, Any], ...]:
    """Return all rules, those that record before those that alarm."""
    return tuple(_read())


def _read() -> Iterator[Mapping[str, Any]]:
    for name in ("recording.yml", "alerts.yml"):
        document = yaml.safe_load((RULES / name).read_text(encoding="utf-8"))
        for group in document["groups"]:
            yield from group["rules"]


def recorded() -> dict[str, str]:
    """Return what each recorded figure is worked out from."""
    return {rule["record"]: " ".join(rule["expr"].split()) for rule in rules() if "record" in rule}


def alerts() -> list[Mapping[str, Any]]:
    """Return the rules that alarm."""
    return [rule for rule in rules() if "alert" in rule]
