"""What the orchestrator's providers charge, what an organisation would use without routing, and since when.

Prices are kept in USD per million units; the feed delivers them per unit. On the first of each month some
prices change between two levels, so that any month of history has a change. A revision corrects one price
back in time.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

BASE_DAY = date(2025, 1, 1)
CORRECTED_DAYS = 24
"""The corrected price holds from the Monday about so many days before today."""

PER_TOKEN, PER_REQUEST, PER_UNIT = "per_token", "per_request", "per_compute_unit"


@dataclass(frozen=True, slots=True)
class Price:
    """One price: None stands for all models, task types, tokens, tiers; ``end`` is exclusive."""

    provider: str
    model: str | None
    task_type: str | None
    pricing_model: str
    token_class: str | None
    tier: str | None
    per_million: Decimal
    start: date
    end: date | None = None

    @property
    def price_id(self) -> str:
        """The feed's key: delivered again with an end, the row replaces itself."""
        parts = (self.provider, self.model, self.task_type, self.token_class, self.tier)
        words = "-".join(part for part in parts if part)
        return f"price-{words}-{self.start.isoformat()}"


_CLASSES = ("uncached_input", "output", "cache_read", "cache_write_5m", "cache_write_1h")
_BY_CLASS: dict[tuple[str, str, str | None], tuple[str, ...]] = {
    ("claude_code", "claude-opus-5", None): ("5", "25", "0.5", "6.25", "10"),
    ("claude_code", "claude-sonnet-5", None): ("2", "10", "0.2", "2.5", "4"),
    ("openai_codex", "gpt-5-codex", None): ("1.25", "10", "0.125", "1.25", "1.25"),
    ("openai_codex", "gpt-5-codex", "priority"): ("2.5", "20", "0.25", "2.5", "2.5"),
}
_SHEET = ("openai_codex", "gpt-5-codex-mini", None)
_SHEET_PRICES = ("0.25", "2", "0.025", "0.25", "0.25")
_FLAT = (
    # All tokens, where the orchestrator states only their sum.
    ("openai_codex", None, None, PER_TOKEN, "3"),
    ("claude_code", "claude-opus-5", None, PER_TOKEN, "9"),
    ("github_copilot", None, None, PER_REQUEST, "30000"),
    ("github_copilot", None, "test_generation", PER_REQUEST, "15000"),
    ("google_code_assist", None, None, PER_UNIT, "12000"),
    ("google_code_assist", None, "refactor", PER_UNIT, "16000"),
)
_CHANGING = {
    ("openai_codex", "gpt-5-codex"): Decimal("1.2"),
    ("github_copilot", None): Decimal("0.75"),
}
"""These prices are multiplied in every second month."""


def _month(day: date) -> date:
    return day.replace(day=1)


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def _kinds() -> Iterator[Price]:
    for (provider, model, tier), prices in _BY_CLASS.items():
        for token_class, text in zip(_CLASSES, prices, strict=True):
            amount = Decimal(text)
            yield Price(provider, model, None, PER_TOKEN, token_class, tier, amount, BASE_DAY)
    for provider, flat_model, task_type, way, text in _FLAT:
        yield Price(provider, flat_model, task_type, way, None, None, Decimal(text), BASE_DAY)


def correction_day(as_of: date) -> date:
    """Return the first day for which a revision corrects the price of a Copilot request."""
    day = as_of - timedelta(days=CORRECTED_DAYS)
    return day - timedelta(days=day.weekday())


def feed_prices(first: date, as_of: date, revision: int = 0) -> list[Price]:
    """Return the feed's prices as they are known on a day, for a history that begins with ``first``."""
    found: list[Price] = []
    for kind in _kinds():
        factor = _CHANGING.get((kind.provider, kind.model))
        if factor is None:
            found.append(kind)
            continue
        start, month = BASE_DAY, _month(first)
        while month <= as_of:
            after = _next_month(month)
            raised = kind.per_million * factor if month.month % 2 else kind.per_million
            end = after if after <= as_of else None
            found.append(replace(kind, per_million=raised.normalize(), start=start, end=end))
            start = month = after
    return list(_corrected(found, correction_day(as_of))) if revision else found


def _corrected(prices: list[Price], since: date) -> Iterator[Price]:
    """Yield the prices after a correction: Copilot's general request was a quarter cheaper since a day."""
    for price in prices:
        is_it = price.provider == "github_copilot" and price.task_type is None
        if not is_it or (price.end is not None and price.end <= since):
            yield price
            continue
        cheaper = price.per_million * Decimal("0.75")
        if price.start >= since:
            yield replace(price, per_million=cheaper)
        else:
            yield replace(price, end=since)
            yield replace(price, per_million=cheaper, start=since)


def sheet_prices() -> list[Price]:
    """Return the prices that only the company's sheet has."""
    provider, model, tier = _SHEET
    return [
        Price(provider, model, None, PER_TOKEN, token_class, tier, Decimal(text), BASE_DAY)
        for token_class, text in zip(_CLASSES, _SHEET_PRICES, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class Policy:
    """What an organisation would use without routing; ``end`` is exclusive."""

    organization: str
    provider: str
    model: str | None
    start: date
    end: date | None


def organization(number: int) -> str:
    """Return the id of an organisation, counted from 0."""
    return f"org-{number + 1:02d}"


ORGANIZATIONS = 20
POLICY_TURN = 61
"""Every so many days the fourth organisation's policy changes."""


def policies(as_of: date) -> list[Policy]:
    """Return the approved baselines; the last organisation has none."""
    found: list[Policy] = []
    for number in range(ORGANIZATIONS - 1):
        name = organization(number)
        if number == 3:
            found += _turns(name, as_of)
        elif number == 4:
            found.append(Policy(name, "github_copilot", None, BASE_DAY, None))
        elif number % 3 == 2:
            found.append(Policy(name, "openai_codex", "gpt-5-codex", BASE_DAY, None))
        else:
            found.append(Policy(name, "claude_code", "claude-opus-5", BASE_DAY, None))
    return found


def _turns(name: str, as_of: date) -> Iterator[Policy]:
    choices = (("claude_code", "claude-opus-5"), ("openai_codex", "gpt-5-codex"))
    start, turn = BASE_DAY, 0
    while start <= as_of:
        end = start + timedelta(days=POLICY_TURN)
        provider, model = choices[turn % 2]
        yield Policy(name, provider, model, start, end if end <= as_of else None)
        start, turn = end, turn + 1
