"""claude.ai as it answers since November 2026: Chat and Cowork unified, Claude Tag, work for the organisation.

Every second member has Chat and Cowork unified on: chat and cowork are counted in a block of their own instead of where
they were. A few of these rows have the chat in both blocks, the same counts twice: it happened once all the same.
"""

from datetime import date
from typing import Any

from sandbox.world.assistants import ClaudeAccount
from sandbox.world.claude_ai_reality import CHAT, COWORK, Charge, ChatDay

Row = dict[str, Any]

UNIFIED = "chat_cowork_unified"


def is_unified(account: ClaudeAccount) -> bool:
    """Tell whether a member has Chat and Cowork unified on."""
    return account.person.serial % 2 == 0


def product_of(charge: Charge) -> str:
    """Return the product under which a charge is reported."""
    moved = charge.product in (CHAT, COWORK) and is_unified(charge.account)
    return UNIFIED if moved else charge.product


def unified_metrics(row: Row, chat: ChatDay, nothing: Row) -> Row:
    """Return the blocks of a member who has it on; what was counted in chat is counted there."""
    is_twice = chat.lot % 9 == 0
    return {
        "chat_metrics": row["chat_metrics"] if is_twice else nothing,
        "cowork_metrics": {name: value and 0 for name, value in row["cowork_metrics"].items()},
        "chat_cowork_unified_metrics": {
            "chat": row["chat_metrics"],
            "sessions": row["cowork_metrics"],
        },
    }


def tag_metrics(chat: ChatDay | None) -> Row:
    """Return what a member did with Claude in Slack."""
    n_messages = chat.lot % 5 if chat is not None and chat.is_use else 0
    return {"active_day_count": min(n_messages, 1), "active_message_count": n_messages}


def unowned_pico(day: date) -> dict[str, int]:
    """Return what ran for the organisation and for nobody in it, by product, in pico-dollars."""
    n = day.toordinal()
    watched = (n % 7 + 1) * 123_456_789_000
    return {
        "claude-tag": watched,
        **({"cc_security_autopatch": 2_500_000_000_000} if n % 3 == 0 else {}),
    }
