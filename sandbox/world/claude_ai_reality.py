"""What really happened in claude.ai on one day: chats, files, projects, and what was charged.

The Analytics API, the audit log and the truth are made from this on separate ways. Seats on the
standard plan include their use; on the enterprise plan every use is charged. Claude Code
subscribers pay usage credits for what goes beyond their plan: a part of their own sessions' tokens.
"""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from sandbox.world import seeded_hash
from sandbox.world.assistants import ENTERPRISE, ClaudeAccount, claude_account
from sandbox.world.claude_reality import ClaudeDay, Session, Tokens
from sandbox.world.people import FOUNDED, Roster
from sandbox.world.prices import WEB_SEARCH_PICO, price_table
from sandbox.world.scenario import Scenario, fate

CHARGED_FROM = date(2026, 1, 1)
"""First day of the enterprise plan, and of everything that the Analytics API knows."""

MODELS = ("claude-sonnet-5", "claude-opus-5", "claude-haiku-4-5")
CHAT, COWORK, CLAUDE_CODE = "chat", "cowork", "claude_code"


class ChatDay(NamedTuple):
    """One account's day in claude.ai.

    Attributes:
        account: Whose day it is.
        created: Conversations begun.
        continued: Conversations of earlier days that went on.
        projects: Projects created.
        files: Files uploaded.
        messages: Messages sent, as the vendor counts them today.
        thinking: How many of them with extended thinking.
        cowork: Messages sent in cowork.
        reported: Whether the Analytics API lists the account on this day.
        lot: Decides in which of its habits the audit log writes.
    """

    account: ClaudeAccount
    created: int
    continued: int
    projects: int
    files: int
    messages: int
    thinking: int
    cowork: int
    reported: bool
    lot: int

    @property
    def is_use(self) -> bool:
        """Tell whether anything was done beyond signing in."""
        return bool(self.created or self.continued or self.projects or self.files or self.messages)


class Charge(NamedTuple):
    """Usage of one account with one model of one product, charged by its tokens.

    `is_reported` tells whether the Claude Code report has the same use.
    """

    account: ClaudeAccount
    product: str
    model: str
    context: str
    geo: str
    tokens: Tokens
    searches: int
    requests: int
    is_reported: bool = False

    def list_pico(self, day: date) -> tuple[int, int, int, int, int, int]:
        """Return the list price of the five kinds of tokens and of the web searches."""
        price = price_table(day)[self.model, "standard", self.context]
        a, b, c, d, e = (count * each for count, each in zip(self.tokens, price, strict=True))
        return (a, b, c, d, e, self.searches * WEB_SEARCH_PICO)


def charged(list_pico: int) -> int:
    """Return what is charged for a list price: the contract gives a fifth off."""
    return list_pico * 4 // 5


def chat_days(
    day: date, as_of: date, seed: int, roster: Roster, scenario: Scenario
) -> Iterator[ChatDay]:
    """Live through one day, account by account, in the order of the chairs."""
    ordinal = day.toordinal()
    if scenario.has("empty") or ordinal < FOUNDED:
        return
    chance = 0.7 if day.weekday() < 5 else 0.06
    revised = scenario.revised(day, as_of)
    for person in roster.present(ordinal):
        account = claude_account(seed, person)
        if account is None or not account.is_used_on(ordinal):
            continue
        rng = seeded_hash.stream(seed, ordinal, person.serial, "claude.ai")
        if rng.random() >= chance:
            continue
        created, continued = int(7 * rng.random() ** 2), int(4 * rng.random() ** 2)
        projects, files = int(rng.random() < 0.05), int(6 * rng.random() ** 4)
        talk, missing, lot = rng.random(), rng.random(), int(rng.random() * 1_000_000)
        if lot % 33 == 0:
            created = continued = projects = files = 0  # signed in and did nothing
        messages = int((created + continued) * (1 + 9 * talk))
        if revised and messages:
            messages += int(messages * (lot % 11 - 5) * 0.01) + (lot + revised) % 2
        has_cowork = account.plan_on(ordinal) == ENTERPRISE and lot % 33 and lot % 3 == 0
        yield ChatDay(
            account=account,
            created=created,
            continued=continued,
            projects=projects,
            files=files,
            messages=messages,
            thinking=messages // 4,
            cowork=1 + lot % 20 if has_cowork else 0,
            reported=_is_reported(account, ordinal, missing, revised),
            lot=lot,
        )


def _is_reported(account: ClaudeAccount, ordinal: int, roll: float, revised: int) -> bool:
    """Tell whether the Analytics API lists an account: a restatement brings some of the rest."""
    if account.deleted:
        return False
    if account.plan_on(ordinal) == ENTERPRISE:
        return True
    return roll >= 0.1 or (bool(revised) and roll < 0.03)


def charges(
    day: date,
    as_of: date,
    seed: int,
    chats: list[ChatDay],
    claude: ClaudeDay,
    scenario: Scenario,
) -> Iterator[Charge]:
    """Yield what the day's use is charged for, before any bill has arrived."""
    if day < CHARGED_FROM:
        return
    turn = (scenario.revised(day, as_of), scenario.late(day, as_of))
    for chat in chats:
        if chat.account.plan_on(day.toordinal()) == ENTERPRISE:
            yield from _chat_charges(day, seed, chat, turn)
    for number, session in enumerate(claude.sessions):
        yield from _credits(day, seed, number, session, turn)


def _chat_charges(day: date, seed: int, chat: ChatDay, turn: tuple[int, bool]) -> Iterator[Charge]:
    rng = seeded_hash.stream(seed, day.toordinal(), chat.account.person.serial, "claude.ai charges")
    asked = chat.created * 4 + chat.continued * 2
    for product, messages in ((CHAT, asked), (COWORK, chat.cowork)):
        for place, model in enumerate(MODELS):
            wanted, size, lot, search = (rng.random() for _ in range(4))
            factor = fate(lot, *turn)
            if not messages or not factor or wanted < (0.0, 0.5, 0.7)[place]:
                continue
            bite = messages * (0.3 + size) * factor * (4 if product == COWORK else 1)
            yield Charge(
                account=chat.account,
                product=product,
                model=model,
                context="0-200k",
                geo="not_available" if model == "claude-haiku-4-5" else "global",
                tokens=(
                    int(bite * 900) + 1,
                    int(bite * 2_500),
                    int(bite * 600) if size > 0.7 else 0,
                    int(bite * 14_000),
                    int(bite * 450) + 1,
                ),
                searches=int(search * 3) if product == CHAT and place == 0 else 0,
                requests=max(1, messages),
            )


def _credits(
    day: date, seed: int, number: int, session: Session, turn: tuple[int, bool]
) -> Iterator[Charge]:
    """Yield what a subscriber used beyond the plan: two fifths of the tokens on some days."""
    person = session.person
    if person is None or session.customer != "subscription" or person.mode != "subscription":
        return
    account = claude_account(seed, person)
    ordinal = day.toordinal()
    if account is None or seeded_hash.share(seed, ordinal, person.serial, "credits") >= 0.4:
        return
    for place, use in enumerate(session.uses):
        if not fate(
            seeded_hash.share(seed, ordinal, person.serial, number, place, "credit"), *turn
        ):
            continue
        a, b, c, d, e = (count * 2 // 5 for count in use.tokens)
        yield Charge(
            account=account,
            product=CLAUDE_CODE,
            model=use.model,
            context=use.context,
            geo=use.geo,
            tokens=(a, b, c, d, e),
            searches=0,
            requests=1 + session.sessions,
            is_reported=session.reported,
        )
