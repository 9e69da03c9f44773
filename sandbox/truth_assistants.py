"""The answer key for claude.ai and Gemini: one day's facts, charges and owners.

See ``sandbox/truth.py`` for the files. Where the Analytics API lists a person its figures hold; the
audit log, which knows neither messages nor conversations that only went on, fills the other days.
Charges are priced with this module's own decimals; a fifth off is the contract's.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from sandbox.truth_claude import Actor, ClaudeTruth, list_price
from sandbox.world import World
from sandbox.world.assistants import ClaudeAccount
from sandbox.world.claude_ai_reality import CLAUDE_CODE, Charge, ChatDay
from sandbox.world.gemini_reality import Activity

Row = dict[str, Any]

_PRICED = (
    "uncached_input_tokens",
    "cache_creation.ephemeral_5m_input_tokens",
    "cache_creation.ephemeral_1h_input_tokens",
    "cache_read_input_tokens",
    "output_tokens",
)
_PAID = Decimal("0.8")
_PER_SEARCH = Decimal("0.01")
_GEMINI_COLUMNS = {
    "active_conversations": "n_conversation_events",
    "active_generate": "n_generate_events",
    "active_summarize": "n_summarize_events",
    "active_unspecified": "n_unspecified_events",
    "inactive": "n_inactive_events",
    "unknown": "n_unknown_events",
}


def add_claude_ai(truth: ClaudeTruth, world: World, day: date) -> None:
    """Add a day of claude.ai to the answer key of Claude."""
    assistants = world.assistants
    happened = assistants.claude_ai(day)
    for chat in happened.chats:
        if chat.reported and assistants.has_users(day):
            _add_listed(truth, chat)
        elif assistants.is_logged(day):
            _add_logged(truth, chat)
    if assistants.has_charges(day):
        for charge in happened.charges:
            _add_charge(truth, charge)
    for product, pico in assistants.unowned(day).items():
        platform = "claude_code" if product == "cc_security_autopatch" else "claude_ai"
        nobody = (platform, "unattributed", "unattributed:claude_ai")
        truth.spend(nobody, None, "usage", "billed", Decimal(pico).scaleb(-12))
        truth.owners.setdefault(nobody, (None, platform))
    _forget_idle(truth)


def _actor(account: ClaudeAccount, platform: str = "claude_ai") -> Actor:
    return (platform, "person", account.email.strip().lower())


def _add_listed(truth: ClaudeTruth, chat: ChatDay) -> None:
    actor = _actor(chat.account)
    fact = truth.facts[actor]
    fact.source = "enterprise_analytics"
    fact.add("n_conversations", chat.created + chat.continued)
    fact.add("n_projects", chat.projects)
    fact.add("n_files", chat.files)
    fact.add("n_messages", chat.messages)
    fact.has_usage = fact.has_usage or chat.is_use
    truth.owners.setdefault(actor, (chat.account.person.email, "claude_ai"))


def _add_logged(truth: ClaudeTruth, chat: ChatDay) -> None:
    if not (chat.created or chat.projects or chat.files):
        return
    actor = ("claude_ai", "person", chat.account.log_email.strip().lower())
    fact = truth.facts[actor]
    fact.source = "audit_log"
    fact.add("n_conversations", chat.created)
    fact.add("n_projects", chat.projects)
    fact.add("n_files", chat.files)
    fact.has_usage = True
    truth.owners.setdefault(actor, (chat.account.person.email, "claude_ai"))


def _add_charge(truth: ClaudeTruth, charge: Charge) -> None:
    account = charge.account
    platform = "claude_code" if charge.product == CLAUDE_CODE else "claude_ai"
    actor = _actor(account, platform)
    if account.deleted:
        actor = (platform, "account", account.user_id)
    amount = charge.searches * _PER_SEARCH
    for kind, count in zip(_PRICED, charge.tokens, strict=True):
        amount += count * list_price(
            charge.model, kind, "standard", charge.context, charge.geo, truth.text
        )
    truth.spend(actor, charge.model, "usage", "billed", amount * _PAID)
    truth.owners.setdefault(actor, (account.person.email, platform))
    if charge.is_reported:
        truth.take_from_notional(account.person.report_email, charge.model, amount)
    else:
        truth.count_tokens(
            *(actor, charge.model, charge.tokens, charge.searches), source="enterprise_analytics"
        )


def _forget_idle(truth: ClaudeTruth) -> None:
    """Leave out who is listed and did nothing that any figure shows."""
    for actor in [actor for actor in truth.facts if actor[0] == "claude_ai"]:
        if not truth.facts[actor].has_usage and not truth.facts[actor].cost:
            del truth.facts[actor]
            truth.owners.pop(actor, None)


def _gemini_actor(activity: Activity) -> tuple[str, str]:
    if activity.account is None:
        return "unattributed", "unattributed:gemini_workspace"
    return "person", activity.account.email.strip().lower()


class GeminiTruth:
    """One day's answer key of Gemini: rows, owners and who used it."""

    def __init__(self, world: World, day: date) -> None:
        """Count the day's events by actor and app."""
        self.text = day.isoformat()
        self.active: set[str] = set()
        self._owners: dict[tuple[str, str], str | None] = {}
        self._counts: defaultdict[tuple[str, str, str], Counter[str]] = defaultdict(Counter)
        if not world.assistants.has_activities(day):
            return
        for activity in world.assistants.activities(day):
            actor = _gemini_actor(activity)
            person = activity.account.person.email if activity.account else None
            self._owners[actor] = person
            for event in activity.events:
                self._counts[(*actor, event.app)][event.category] += 1
                if person and event.category.startswith("active_"):
                    self.active.add(person)

    def daily_rows(self) -> Iterator[Row]:
        """Yield the rows of ``gemini_daily``."""
        for (kind, actor, app), counts in self._counts.items():
            row: Row = {
                "usage_date": self.text,
                "actor_type": kind,
                "actor_id": actor,
                "app_name": app,
                "n_events": counts.total(),
            }
            measures = {column: counts[name] for name, column in _GEMINI_COLUMNS.items()}
            row["n_active_events"] = sum(list(measures.values())[:4])
            yield {**row, **measures}

    def owner_rows(self) -> Iterator[Row]:
        """Yield the labelled rows: who is really behind each actor."""
        for (kind, actor), email in self._owners.items():
            yield {
                "usage_date": self.text,
                "platform": "gemini_workspace",
                "actor_type": kind,
                "actor_id": actor,
                "true_owner_email": email,
                "true_platform": "gemini_workspace",
            }
