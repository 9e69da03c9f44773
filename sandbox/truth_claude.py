"""The answer key for Claude's API and Claude Code: one day's facts and ledger, from what really happened.

See ``sandbox/truth.py`` for the files. The rules that this follows are the facts' definitions: a
Claude Code user whom the report names stands for all their pay-as-you-go work, whatever it ran
under; whoever the report leaves out is seen as the key or account that the usage report names.
"""

import csv
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from sandbox.truth_vendor_costs import accounts_of, paid, runner, spender
from sandbox.world import World
from sandbox.world.claude_reality import ClaudeDay, Session, Tokens, Use
from sandbox.world.prices import PRICES_CSV
from sandbox.world.sheets import true_owner_email

Row = dict[str, Any]
Actor = tuple[str, str, str]
"""Platform, actor type, actor id."""
LedgerKey = tuple[str, str, str, str, str | None, str, str]
"""Vendor, platform, actor type, actor id, model, cost component, spend basis."""

_COMPONENTS = {
    "input": "uncached_input_tokens",
    "cache_write_5m": "cache_creation.ephemeral_5m_input_tokens",
    "cache_write_1h": "cache_creation.ephemeral_1h_input_tokens",
    "cache_read": "cache_read_input_tokens",
    "output": "output_tokens",
}
_TOOLS = ("edit", "multi_edit", "write", "notebook_edit")
_WORK = ("n_sessions", "n_lines_added", "n_lines_removed", "n_commits", "n_pull_requests")
_TOOL_COLUMNS = tuple(f"n_{tool}_tool_{end}" for tool in _TOOLS for end in ("accepted", "rejected"))
_TOKENS = (
    "uncached_input_tokens",
    "cache_read_tokens",
    "cache_write_tokens",
    "output_tokens",
)
_TALK = ("n_conversations", "n_projects", "n_files", "n_messages")
_FINE = ("cache_write_5m_tokens", "cache_write_1h_tokens", "n_web_searches")
_NANO = Decimal("0.000000001")
_PER_SEARCH = Decimal("0.01")


def plain(amount: Decimal) -> str:
    """Write a decimal without exponent, with nine decimals unless that would lose something."""
    short = amount.quantize(_NANO)
    return f"{short if short == amount else amount:f}"


@lru_cache(maxsize=1)
def _price_rows() -> dict[tuple[str, str, str, str], list[tuple[str, str, Decimal]]]:
    found: dict[tuple[str, str, str, str], list[tuple[str, str, Decimal]]] = {}
    with PRICES_CSV.open(newline="", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            key = (row["model"], row["token_type"], row["service_tier"], row["context_window"])
            price = Decimal(row["usd_per_million_tokens"])
            found.setdefault(key, []).append((row["valid_from"], row["valid_to"], price))
    return found


@lru_cache(maxsize=4096)
def list_price(model: str, token_type: str, tier: str, context: str, geo: str, day: str) -> Decimal:
    """Return USD per token on a day; running in the US costs a tenth more."""
    tier = "standard" if tier == "priority" else tier
    fitting = [
        price
        for valid_from, valid_to, price in _price_rows()[model, token_type, tier, context]
        if valid_from <= day and (not valid_to or day < valid_to)
    ]
    if len(fitting) != 1:
        raise ValueError(f"{len(fitting)} prices for {model} {token_type} {tier} on {day}")
    return fitting[0] * (Decimal("1.1") if geo == "us" else 1) / 1_000_000


@dataclass
class _Fact:
    """What one actor's row adds up; None is what no source states."""

    counts: dict[str, int | None] = field(default_factory=dict)
    cost: Decimal = Decimal(0)
    notional: Decimal | None = None
    has_usage: bool = False
    source: str = "cost_report"

    def shows_use(self) -> bool:
        """Tell whether any figure says that somebody used something."""
        return any(self.counts.get(name) for name in ("n_sessions", *_TALK, *_TOKENS))

    def add(self, name: str, number: int | None) -> None:
        if number is not None:
            self.counts[name] = (self.counts.get(name) or 0) + number


class ClaudeTruth:
    """One day's answer key."""

    def __init__(self, text: str) -> None:
        """Begin with an empty day."""
        self.text = text
        self.ledger: defaultdict[LedgerKey, Decimal] = defaultdict(Decimal)
        self.facts: defaultdict[Actor, _Fact] = defaultdict(_Fact)
        self.models: defaultdict[tuple[Actor, str | None], _Fact] = defaultdict(_Fact)
        self.owners: dict[Actor, tuple[str | None, str]] = {}

    def spend(
        self, actor: Actor, model: str | None, component: str, basis: str, amount: Decimal
    ) -> None:
        """Book an amount in the ledger and in the actor's facts."""
        platform, kind, name = actor
        self.ledger["anthropic", platform, kind, name, model, component, basis] += amount
        self.facts[actor].cost += amount
        self.models[actor, model].cost += amount

    def use_tokens(self, actor: Actor, use: Use, *, fine: bool) -> None:
        """Count a piece of usage; the Claude Code report knows nothing finer than cache writes."""
        self.count_tokens(actor, use.model, use.tokens, use.searches, fine=fine)

    def count_tokens(
        self,
        actor: Actor,
        model: str,
        tokens: Tokens,
        searches: int,
        *,
        fine: bool = True,
        source: str = "messages_report",
    ) -> None:
        """Count tokens of a model in the actor's facts."""
        fresh, write_5m, write_1h, read, made = tokens
        for fact in (self.facts[actor], self.models[actor, model]):
            fact.has_usage = True
            if fact.source == "cost_report":
                fact.source = source
            for name, count in zip(_TOKENS, (fresh, read, write_5m + write_1h, made), strict=True):
                fact.add(name, count)
            if fine:
                for name, count in zip(_FINE, (write_5m, write_1h, searches), strict=True):
                    fact.add(name, count)

    def take_from_notional(self, report_email: str, model: str, paid: Decimal) -> None:
        """Take what usage credits paid for out of a subscriber's notional cost."""
        actor = ("claude_code", "person", report_email.strip().lower())
        place = self.models.get((actor, model))
        if place is not None and place.notional is not None:
            paid = min(paid, place.notional)
            place.notional -= paid
            whole = self.facts[actor]
            whole.notional = (whole.notional or Decimal(0)) - paid

    def daily_rows(self, fees: dict[tuple[str, str], Decimal]) -> list[Row]:
        """Return the rows of ``claude_daily``; a bill without any usage is marked as such."""
        rows = []
        for actor, fact in self.facts.items():
            platform, kind, name = actor
            row: Row = self._head(actor)
            for column in (*_WORK, *_TOOL_COLUMNS, *_TOKENS, *_FINE, *_TALK):
                row[column] = fact.counts.get(column)
            row["usage_source"] = fact.source
            seat = fees.get((platform, name), Decimal(0)) if kind == "person" else Decimal(0)
            row["usage_cost_usd"] = plain(fact.cost)
            row["seat_cost_usd"] = plain(seat)
            row["total_cost_usd"] = plain(fact.cost + seat)
            row["notional_cost_usd"] = None if fact.notional is None else plain(fact.notional)
            row["has_usage_row"] = fact.has_usage
            rows.append(row)
        return rows

    def model_rows(self) -> list[Row]:
        """Return the rows of ``claude_model_daily``; null model is what is billed without one."""
        rows = []
        for (actor, model), fact in self.models.items():
            row = {**self._head(actor), "model": model}
            for column in (*_TOKENS, *_FINE):
                row[column] = fact.counts.get(column)
            row["usage_cost_usd"] = plain(fact.cost)
            row["notional_cost_usd"] = None if fact.notional is None else plain(fact.notional)
            row["has_usage_row"] = fact.has_usage
            rows.append(row)
        return rows

    def owner_rows(self) -> list[Row]:
        """Return the labelled rows: who and what is really behind each actor."""
        return [
            {**self._head(actor), "true_owner_email": email, "true_platform": platform}
            for actor, (email, platform) in self.owners.items()
        ]

    def _head(self, actor: Actor) -> Row:
        platform, kind, name = actor
        return {
            "usage_date": self.text,
            "platform": platform,
            "actor_type": kind,
            "actor_id": name,
        }


def claude_truth(world: World, day: date) -> ClaudeTruth:
    """Return the answer key of one day."""
    happened = world.claude(day)
    truth = ClaudeTruth(day.isoformat())
    billed = world.is_billed(day)
    for session in happened.sessions:
        if session.reported:
            _add_report(truth, session)
    named = _named_by_report(happened)
    owners = {key.key_id: true_owner_email(key, day.toordinal()) for key in world.ring.product_keys}
    by_vendor = billed and world.scenario.offers_vendor_costs
    accounts = accounts_of(happened.uses())
    for use in happened.uses():
        reported = _report_actor(use, named)
        actor = reported or _visible_actor(use)
        if reported is None:
            truth.use_tokens(actor, use, fine=True)
        truth.owners.setdefault(actor, (_owner(use, actor, owners), use.platform))
        if by_vendor:
            _add_vendor_money(truth, spender(use, actor, accounts, world.today), use, owners)
        else:
            _add_money(truth, actor, use, billed=billed)
    if billed:
        for extra in happened.extras:
            nobody = f"unattributed:{extra.workspace_id or 'default'}"
            actor = ("claude_api", "unattributed", nobody)
            if by_vendor:
                actor = runner(extra, nobody)
            amount = Decimal(extra.pico).scaleb(-12)
            truth.spend(actor, None, extra.cost_type, "billed", amount)
            truth.owners.setdefault(actor, (None, "claude_api"))
    return truth


def _session_actor(session: Session) -> Actor:
    if session.person is None:
        return ("claude_code", "api_key_name", session.key_name or "")
    return ("claude_code", "person", session.person.report_email.strip().lower())


def _add_report(truth: ClaudeTruth, session: Session) -> None:
    actor = _session_actor(session)
    fact = truth.facts[actor]
    fact.has_usage = True
    fact.source = "claude_code_report"
    work = (session.sessions, session.added, session.removed, session.commits, session.pulls)
    for name, count in zip(_WORK, work, strict=True):
        fact.add(name, count)
    for tool, used in zip(_TOOLS, session.tools, strict=True):
        if used is not None:
            fact.add(f"n_{tool}_tool_accepted", used[0])
            fact.add(f"n_{tool}_tool_rejected", used[1])
    for use in session.uses:
        truth.use_tokens(actor, use, fine=False)
        if session.customer == "subscription":
            value = sum(_amounts(use, truth.text).values(), Decimal(0))
            for place in (fact, truth.models[actor, use.model]):
                place.notional = (place.notional or Decimal(0)) + value
    email = session.person.email if session.person else None
    truth.owners.setdefault(actor, (email, "claude_code"))


def _named_by_report(happened: ClaudeDay) -> dict[tuple[str, object], Actor]:
    """Return whom the report names with pay-as-you-go work, by person and by key."""
    named: dict[tuple[str, object], Actor] = {}
    for session in happened.sessions:
        if session.reported and session.customer == "api":
            actor = _session_actor(session)
            if session.person is not None:
                named["person", session.person.serial] = actor
            else:
                named.update({("key", use.key_id): actor for use in session.uses})
    return named


def _report_actor(use: Use, named: dict[tuple[str, object], Actor]) -> Actor | None:
    if use.platform != "claude_code":
        return None
    if use.person is not None:
        return named.get(("person", use.person.serial))
    return named.get(("key", use.key_id))


def _visible_actor(use: Use) -> Actor:
    if use.key_id is not None:
        return (use.platform, "api_key", use.key_id)
    if use.account_id is not None:
        return (use.platform, "account", use.account_id)
    if use.service_account_id is not None:
        return (use.platform, "service_account", use.service_account_id)
    return (use.platform, "unattributed", f"unattributed:{use.workspace_id or 'default'}")


def _owner(use: Use, actor: Actor, owners: dict[str, str | None]) -> str | None:
    if actor[1] in ("unattributed", "service_account"):
        return None
    if use.key_id in owners:
        return owners[use.key_id]
    return use.person.email if use.person else None


def _amounts(use: Use, text: str) -> dict[str, Decimal]:
    tier = "fast" if use.speed == "fast" else use.tier
    counts = dict(
        zip(
            ("input", "cache_write_5m", "cache_write_1h", "cache_read", "output"),
            use.tokens,
            strict=True,
        )
    )
    return {
        component: counts[component] * list_price(use.model, kind, tier, use.context, use.geo, text)
        for component, kind in _COMPONENTS.items()
    }


def _add_money(truth: ClaudeTruth, actor: Actor, use: Use, *, billed: bool) -> None:
    """Book what the usage costs: the bill's share, or the list price while there is no bill."""
    if use.tier == "priority" or (billed and not use.billed):
        return
    basis = "allocated" if billed else "estimated"
    for component, amount in _amounts(use, truth.text).items():
        truth.spend(actor, use.model, component, basis, amount)
    if use.searches:
        truth.spend(actor, None, "web_search", basis, use.searches * _PER_SEARCH)


def _add_vendor_money(
    truth: ClaudeTruth, actor: Actor, use: Use, owners: dict[str, str | None]
) -> None:
    """Book what the usage costs by the vendor's own word: less the discount, priority tier included."""
    if not use.billed:
        return
    truth.owners.setdefault(actor, (_owner(use, actor, owners), use.platform))
    for component, amount in _amounts(use, truth.text).items():
        truth.spend(actor, use.model, component, "billed", paid(use, amount))
    if use.searches:
        truth.spend(actor, use.model, "web_search", "billed", use.searches * _PER_SEARCH)
