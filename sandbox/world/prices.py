"""List prices for the vendors' side of the world, as whole numbers so that every bill is exact.

Money is counted in pico-dollars (1e-12 USD): a price in USD per million tokens with at most six
decimals is a whole number of pico-dollars per token. ``sandbox/truth.py`` reads the same CSV with
its own decimal arithmetic, so that a mistake here shows there.
"""

import csv
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

PRICES_CSV = Path(__file__).parent.parent / "prices.csv"

TOKEN_TYPES = (
    "uncached_input_tokens",
    "cache_creation.ephemeral_5m_input_tokens",
    "cache_creation.ephemeral_1h_input_tokens",
    "cache_read_input_tokens",
    "output_tokens",
)
"""Order of the five token counts of every piece of Claude usage."""

US_MODELS = frozenset(
    {
        "claude-fable-5",
        "claude-opus-5",
        "claude-opus-4-8",
        "claude-opus-4-7",
        "claude-opus-4-6",
        "claude-sonnet-5",
        "claude-sonnet-4-6",
    }
)
"""Models that can be pinned to a region; ``us`` costs a tenth more on every kind of token."""

WEB_SEARCH_PICO = 10_000_000_000
"""10 USD per 1,000 searches."""

PriceKey = tuple[str, str, str]
Five = tuple[int, int, int, int, int]


@lru_cache(maxsize=1)
def _rows() -> list[dict[str, str]]:
    with PRICES_CSV.open(newline="") as lines:
        return list(csv.DictReader(lines))


@lru_cache(maxsize=1)
def _boundaries() -> list[str]:
    return sorted({row["valid_from"] for row in _rows()})


@lru_cache(maxsize=8)
def _table(boundary: str) -> dict[PriceKey, Five]:
    found: dict[PriceKey, list[int]] = {}
    for row in _rows():
        if row["token_type"] not in TOKEN_TYPES:
            continue
        if row["valid_from"] > boundary or (row["valid_to"] and row["valid_to"] <= boundary):
            continue
        key = (row["model"], row["service_tier"], row["context_window"])
        pico = Decimal(row["usd_per_million_tokens"]) * 1_000_000
        if pico != int(pico):
            raise ValueError(f"price of {key} has more than six decimals: {row}")
        found.setdefault(key, [0] * 5)[TOKEN_TYPES.index(row["token_type"])] = int(pico)
    return {key: (v[0], v[1], v[2], v[3], v[4]) for key, v in found.items()}


def price_table(day: date) -> dict[PriceKey, Five]:
    """Return (model, service tier, context window) -> pico-dollars per token for a day."""
    text = day.isoformat()
    return _table(max((b for b in _boundaries() if b <= text), default=_boundaries()[0]))


def in_region(price: Five, geo: str) -> Five:
    """Return the price in a region: ``us`` costs 1.1 times as much."""
    if geo != "us":
        return price
    a, b, c, d, e = price
    return (a * 11 // 10, b * 11 // 10, c * 11 // 10, d * 11 // 10, e * 11 // 10)


def cents_text(pico: int) -> str:
    """Write pico-dollars as a decimal string of cents in plain notation, without trailing zeros."""
    whole, rest = divmod(abs(pico), 10**10)
    digits = f"{rest:010d}".rstrip("0")
    sign = "-" if pico < 0 else ""
    return f"{sign}{whole}.{digits}" if digits else f"{sign}{whole}"
