"""The audit log of the claude.ai organisation for one day, as the export writes it.

Dictionaries are written as Python writes them, not as JSON. The log knows conversations that were
begun, projects and files, and nothing of messages, tokens or money. Between them stand events that
no count may take: sign-ins, failed ones without an actor, renamed things, kinds nobody knows.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from random import Random
from typing import Any

from sandbox.world import seeded_hash
from sandbox.world.assistants import ClaudeAccount
from sandbox.world.claude_ai_reality import ChatDay

HEADER = (
    "created_at",
    "actor_info",
    "event",
    "event_info",
    "entity_info",
    "ip_address",
    "device_id",
    "user_agent",
    "client_platform",
)
KEPT_DAYS = 180
"""The vendor keeps the log for so many days."""

_PLATFORMS = (
    "desktop_app",
    "web_claude_ai",
    "ios",
    "android",
    "web_console",
    "claude_in_slack",
    "unknown",
    "web_claude_ai",
    "desktop_app",
    "",
)
_NOISE = (
    "conversation_renamed",
    "conversation_deleted",
    "project_document_created",
    "user_signed_in_google",
    "integration_user_connected",
    "project_visibility_changed",
    "user_signed_out",
)

Line = tuple[str, ...]
Entity = dict[str, Any]


def audit_lines(day: date, seed: int, chats: Iterable[ChatDay]) -> list[Line]:
    """Return the day's rows, newest first."""
    lines: list[tuple[int, Line]] = []
    for chat in chats:
        lines.extend(_person_lines(day, seed, chat))
    lines.extend(_company_lines(day, seed))
    lines.sort(key=lambda found: (-found[0], found[1]))
    return [line for _, line in lines]


def _moment(day: date, micro: int) -> str:
    seconds, rest = divmod(micro, 1_000_000)
    hours, seconds = divmod(seconds, 3600)
    return f"{day.isoformat()}T{hours:02d}:{seconds // 60:02d}:{seconds % 60:02d}.{rest:06d}Z"


def _line(
    day: date, rng: Random, event: str, who: Entity, entity: Entity, info: Entity | None = None
) -> tuple[int, Line]:
    micro = int((6 + 17 * rng.random()) * 3_600_000_000)
    roll = rng.random()
    line = (
        _moment(day, micro),
        repr(who),
        event,
        repr(info or {}),
        repr(entity),
        f"203.0.113.{int(roll * 250) + 1}",
        f"device-{int(roll * 10**9):09d}" if roll < 0.6 else "",
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15",
        seeded_hash.pick(rng.random(), _PLATFORMS),
    )
    return micro, line


def _actor(account: ClaudeAccount) -> Entity:
    return {
        "name": account.person.name,
        "uuid": account.uuid,
        "type": "account",
        "metadata": {"email_address": account.log_email},
    }


def _person_lines(day: date, seed: int, chat: ChatDay) -> Iterator[tuple[int, Line]]:
    ordinal, serial = day.toordinal(), chat.account.person.serial
    rng = seeded_hash.stream(seed, ordinal, serial, "audit log")
    who = _actor(chat.account)

    def entity(kind: str, number: int) -> Entity:
        return {"type": kind, "uuid": seeded_hash.uuid(seed, ordinal, serial, kind, number)}

    for number in range(chat.created):
        talk = entity("chat_conversation", number)
        if rng.random() < 0.2:
            talk["metadata"] = {"project_uuid": seeded_hash.uuid(seed, serial, "project")}
        yield _line(day, rng, "conversation_created", who, talk)
    for number in range(chat.projects):
        project = {**entity("chat_project", number), "is_private": rng.random() < 0.5}
        yield _line(day, rng, "project_created", who, project)
    for number in range(chat.files):
        yield _line(day, rng, "file_uploaded", who, entity("file", number))
    if chat.lot % 33 == 0:
        yield _line(day, rng, "user_signed_in_google", who, {})
    if chat.lot % 4 == 1:
        event = _NOISE[chat.lot // 4 % len(_NOISE)]
        kind = "chat_project_document" if "document" in event else "chat_conversation"
        yield _line(day, rng, event, who, entity(kind, 99))
    if chat.lot % 41 == 2:
        info = {"skill": "invented", "version": None, "enabled": True}
        yield _line(day, rng, "skill_toggled_v2", who, {}, info)
    if chat.account.plan == "swaps" and chat.lot % 5 == 0:
        info = {"previous_seat_tier": "team_standard", "new_seat_tier": "enterprise"}
        yield _line(day, rng, "org_user_updated", who, entity("account", 0), info)


def _company_lines(day: date, seed: int) -> Iterator[tuple[int, Line]]:
    """Yield what nobody did, or nobody who is known: failed sign-ins have an empty actor."""
    rng = seeded_hash.stream(seed, day.toordinal(), "audit log of the company")
    if rng.random() < 0.5:
        yield _line(day, rng, "user_attempted_magic_link_verification", {}, {})
    if rng.random() < 0.05:
        info = {
            "currency": "USD",
            "is_enabled": True,
            "limit_type": "organization",
            "monthly_spend_limit_in_minor_units": 500_000,
        }
        yield _line(day, rng, "extra_usage_spend_limit_updated", {}, {}, info)
