"""The Enterprise Analytics API's rows for one day: users, charges and tokens by person.

The API forgets the audit log's details; the audit log (``audit_log.py``) forgets messages, tokens
and money. Charges are split to the finest lines here; the server adds them up as it is asked.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sandbox.world.assistants import ClaudeAccount, claude_account
from sandbox.world.claude_ai_reality import Charge, ChatDay, charged
from sandbox.world.claude_ai_unified import is_unified, product_of, tag_metrics, unified_metrics
from sandbox.world.claude_reality import ClaudeDay, Session
from sandbox.world.prices import TOKEN_TYPES

Row = dict[str, Any]


def _names(text: str) -> list[str]:
    return text.split()


_CHAT = _names(
    "message_count thinking_message_count connectors_used_count shared_conversations_viewed_count"
    " distinct_conversation_count distinct_files_uploaded_count distinct_projects_created_count"
    " distinct_projects_used_count distinct_artifacts_created_count"
    " distinct_shared_artifacts_viewed_count distinct_skills_used_count"
    " distinct_connectors_used_count"
)
_COWORK = _names(
    "action_count connectors_used_count dispatch_turn_count distinct_connectors_used_count"
    " distinct_session_count distinct_skills_used_count message_count skills_used_count"
)
_COWORK_OFF = _names(
    "plugins_used_count distinct_plugins_used_count file_edit_count edit_tool_count"
    " multi_edit_tool_count write_tool_count notebook_edit_tool_count"
    " sessions_with_file_edits_count"
)
"""Not enabled in this organisation: null, never 0."""
_DESIGN = _names(
    "distinct_projects_created_count distinct_projects_used_count distinct_session_count"
    " message_count"
)
_OFFICE = _names(
    "connectors_used_count distinct_connectors_used_count distinct_session_count"
    " distinct_skills_used_count message_count skills_used_count"
)
_SCIENCE = _names(
    "delegation_count distinct_session_count message_count remote_compute_job_count"
    " skills_used_count"
)
_TOOLS = ("edit_tool", "multi_edit_tool", "write_tool", "notebook_edit_tool")


def sessions_by_account(seed: int, claude: ClaudeDay) -> dict[ClaudeAccount, list[Session]]:
    """Return the Claude Code sessions that ran under a subscription, by claude.ai account."""
    found: dict[ClaudeAccount, list[Session]] = {}
    for session in claude.sessions:
        if session.person is None or session.customer != "subscription":
            continue
        account = claude_account(seed, session.person)
        if account is not None and not account.deleted:
            found.setdefault(account, []).append(session)
    return found


def user_rows(
    day: date, seed: int, chats: Iterable[ChatDay], claude: ClaudeDay, *, is_november: bool
) -> list[Row]:
    """Return the rows of ``/analytics/users``: everybody with any activity, by user id."""
    coded = sessions_by_account(seed, claude)
    rows = []
    for chat in chats:
        sessions = coded.pop(chat.account, [])
        if chat.reported:
            rows.append(_user_row(day, chat.account, chat, sessions))
    for account, sessions in coded.items():
        rows.append(_user_row(day, account, None, sessions))
    if is_november:
        by_user = {chat.account.user_id: chat for chat in chats}
        rows = [_in_november(row, by_user.get(row["user"]["id"])) for row in rows]
    rows.sort(key=lambda row: str(row["user"]["id"]))
    return rows


def _user_row(
    day: date, account: ClaudeAccount, chat: ChatDay | None, sessions: Sequence[Session]
) -> Row:
    cowork = chat.cowork if chat else 0
    searches = chat.lot % 4 if chat and chat.messages else 0
    return {
        "user": {"id": account.user_id, "email_address": account.email, "type": "user"},
        "chat_metrics": _chat_metrics(chat),
        "claude_code_metrics": _code_metrics(sessions),
        "cowork_metrics": {
            **dict.fromkeys(_COWORK, 0),
            "action_count": cowork * 3,
            "dispatch_turn_count": cowork,
            "distinct_session_count": (cowork + 9) // 10,
            "message_count": cowork,
            **dict.fromkeys(_COWORK_OFF, None),
        },
        "design_metrics": dict.fromkeys(_DESIGN, 0),
        "office_metrics": {
            app: dict.fromkeys(_OFFICE, 0) for app in ("excel", "outlook", "powerpoint", "word")
        },
        "science_metrics": dict.fromkeys(_SCIENCE, 0),
        "web_search_count": searches,
        "last_activity_date": day.isoformat(),
    }


def _in_november(row: Row, chat: ChatDay | None) -> Row:
    """Put the chat of a member who has Chat and Cowork unified where the vendor counts it then."""
    moved = {**row, "claude_tag_metrics": tag_metrics(chat)}
    none_of_chat, none_of_cowork = dict.fromkeys(_CHAT, 0), {**dict.fromkeys(_COWORK, 0)}
    if chat is None or not is_unified(chat.account):
        return {
            **moved,
            "chat_cowork_unified_metrics": {"chat": none_of_chat, "sessions": none_of_cowork},
        }
    return {**moved, **unified_metrics(row, chat, none_of_chat)}


def _chat_metrics(chat: ChatDay | None) -> Row:
    row: Row = dict.fromkeys(_CHAT, 0)
    if chat is not None:
        row.update(
            message_count=chat.messages,
            thinking_message_count=chat.thinking,
            distinct_conversation_count=chat.created + chat.continued,
            distinct_files_uploaded_count=chat.files,
            distinct_projects_created_count=chat.projects,
            distinct_projects_used_count=chat.projects + (chat.lot % 2 if chat.messages else 0),
            distinct_artifacts_created_count=chat.lot % 3 if chat.messages else 0,
        )
    return row


def _code_metrics(sessions: Sequence[Session]) -> Row:
    tools: Row = {}
    for place, tool in enumerate(_TOOLS):
        used = [pair for session in sessions if (pair := session.tools[place]) is not None]
        tools[tool] = {
            "accepted_count": sum(pair[0] for pair in used),
            "rejected_count": sum(pair[1] for pair in used),
        }
    return {
        "core_metrics": {
            "commit_count": sum(session.commits for session in sessions),
            "distinct_session_count": sum(session.sessions for session in sessions),
            "lines_of_code": {
                "added_count": sum(session.added for session in sessions),
                "removed_count": sum(session.removed for session in sessions),
            },
            "pull_request_count": sum(session.pulls for session in sessions),
        },
        "tool_actions": tools,
    }


def actor(account: ClaudeAccount, *, is_november: bool) -> Row:
    """Return how the reports by person name an account; of a deleted one only the id is left."""
    return {
        "type": "user_actor",
        "user_id": account.user_id,
        "email_address" if is_november else "email": None if account.deleted else account.email,
        "name": None if account.deleted else account.person.name,
        "deleted": account.deleted,
    }


def cost_lines(day: date, charges: Iterable[Charge], *, is_november: bool) -> list[Row]:
    """Return the charges line by line: one per kind of token, amounts in pico-dollars."""
    lines = []
    for charge in charges:
        head = _head(charge, is_november=is_november)
        requests = charge.requests
        kinds = (*TOKEN_TYPES, None)
        for kind, pico in zip(kinds, charge.list_pico(day), strict=True):
            if pico:
                lines.append(
                    {
                        **head,
                        "cost_type": "tokens" if kind else "web_search",
                        "token_type": kind,
                        "requests": requests,
                        "pico": charged(pico),
                        "list_pico": pico,
                    }
                )
                requests = 0
    return lines


def usage_lines(charges: Iterable[Charge], *, is_november: bool) -> list[Row]:
    """Return the same usage in tokens."""
    return [
        {
            **_head(charge, is_november=is_november),
            "requests": charge.requests,
            "uncached_input_tokens": charge.tokens[0],
            "cache_creation": {
                "ephemeral_5m_input_tokens": charge.tokens[1],
                "ephemeral_1h_input_tokens": charge.tokens[2],
            },
            "cache_read_input_tokens": charge.tokens[3],
            "output_tokens": charge.tokens[4],
            "total_tokens": sum(charge.tokens),
            "server_tool_use": {"web_search_requests": charge.searches},
        }
        for charge in charges
    ]


def _head(charge: Charge, *, is_november: bool) -> Row:
    return {
        "actor": actor(charge.account, is_november=is_november),
        "product": product_of(charge) if is_november else charge.product,
        "model": charge.model,
        "context_window": charge.context,
        "inference_geo": charge.geo,
        "speed": "standard",
        "rbac_group_id": None,
        "slack_channel_id": None,
    }
