"""Anthropic's three reports for one day: message usage, the bill, Claude Code.

The reports know less than what happened: usage loses its person, the bill loses its key, Claude
Code loses what was not reported. Amounts of the bill are exact; see ``prices.py``.
"""

from datetime import date
from typing import Any

from sandbox.world.claude_reality import ClaudeDay, Session, Use
from sandbox.world.prices import (
    TOKEN_TYPES,
    WEB_SEARCH_PICO,
    cents_text,
    in_region,
    price_table,
)

Row = dict[str, Any]

_DIMENSIONS = (
    "account_id",
    "api_key_id",
    "context_window",
    "inference_geo",
    "model",
    "service_account_id",
    "service_tier",
    "speed",
    "workspace_id",
)
_TOKEN_WORDS = (
    "Input Tokens",
    "Cache Write 5m Tokens",
    "Cache Write 1h Tokens",
    "Cache Read Tokens",
    "Output Tokens",
)
SPELLINGS = ("{}", "{}[1m]", "{}-20251001", "us.anthropic.{}-v1:0", "anthropic/{}@20251001")
TOOLS = ("edit_tool", "multi_edit_tool", "write_tool", "notebook_edit_tool")


def message_rows(happened: ClaudeDay) -> list[Row]:
    """Return the rows of ``usage_report/messages`` at the finest grouping."""
    sums: dict[tuple[str | None, ...], list[int]] = {}
    for use in happened.uses():
        key = (
            use.account_id,
            use.key_id,
            use.context,
            use.geo,
            use.model,
            use.service_account_id,
            use.tier,
            use.speed,
            use.workspace_id,
        )
        counts = sums.setdefault(key, [0] * 6)
        for place, count in enumerate((*use.tokens, use.searches)):
            counts[place] += count
    rows: list[Row] = []
    for dimensions, counts in sorted(sums.items(), key=lambda item: [v or "" for v in item[0]]):
        row: Row = {
            "uncached_input_tokens": counts[0],
            "cache_creation": {
                "ephemeral_5m_input_tokens": counts[1],
                "ephemeral_1h_input_tokens": counts[2],
            },
            "cache_read_input_tokens": counts[3],
            "output_tokens": counts[4],
            "server_tool_use": {"web_search_requests": counts[5]},
        }
        row.update(zip(_DIMENSIONS, dimensions, strict=True))
        rows.append(row)
    return rows


def describe(model: str, tier: str, speed: str, context: str, geo: str, kind: int) -> str:
    """Return the human text of a bill line; different lines never share a text."""
    words = " ".join(part.capitalize() for part in model.split("-"))
    if speed == "fast":
        words += " Fast Mode"
    notes = [note for note, said in (("Batch", tier == "batch"), ("US", geo == "us")) if said]
    if context != "0-200k":
        notes.append("Long Context")
    if geo == "not_available":
        notes.append("No Geo")
    suffix = f" ({', '.join(notes)})" if notes else ""
    return f"{words} Usage - {_TOKEN_WORDS[kind]}{suffix}"


def _cost_row(workspace: str | None, description: str, cost_type: str, pico: int) -> Row:
    return {
        "amount": cents_text(pico),
        "currency": "USD",
        "workspace_id": workspace,
        "description": description,
        "cost_type": cost_type,
        "token_type": None,
        "model": None,
        "context_window": None,
        "service_tier": None,
        "inference_geo": None,
    }


def cost_rows(happened: ClaudeDay) -> list[Row]:
    """Return the rows of ``cost_report`` grouped by workspace and description."""
    prices = price_table(date.fromordinal(happened.ordinal))
    lines: dict[tuple[str | None, str, str, str, str, str], list[int]] = {}
    searches: dict[str | None, int] = {}
    for use in happened.uses():
        if use.tier == "priority" or not use.billed:
            continue
        key = (use.workspace_id, use.model, use.tier, use.speed, use.context, use.geo)
        price = in_region(prices[use.model, priced_tier(use), use.context], use.geo)
        amounts = lines.setdefault(key, [0] * 5)
        for kind in range(5):
            amounts[kind] += use.tokens[kind] * price[kind]
        if use.searches:
            searches[use.workspace_id] = searches.get(use.workspace_id, 0) + use.searches
    rows: list[Row] = []
    for (workspace, model, tier, speed, context, geo), amounts in sorted(
        lines.items(), key=lambda item: [v or "" for v in item[0]]
    ):
        for kind, pico in enumerate(amounts):
            if pico:
                text = describe(model, tier, speed, context, geo, kind)
                row = _cost_row(workspace, text, "tokens", pico)
                row.update(
                    token_type=TOKEN_TYPES[kind],
                    model=model,
                    context_window=context,
                    service_tier=tier,
                    inference_geo=geo,
                )
                rows.append(row)
    for workspace, count in sorted(searches.items(), key=lambda item: item[0] or ""):
        pico = count * WEB_SEARCH_PICO
        rows.append(_cost_row(workspace, "Web Search Usage", "web_search", pico))
    for extra in happened.extras:
        row = _cost_row(extra.workspace_id, extra.description, extra.cost_type, extra.pico)
        rows.append(row)
    return rows


def priced_tier(use: Use) -> str:
    """Return the tier whose list prices hold: fast mode has its own, priority tier those of standard."""
    if use.speed == "fast":
        return "fast"
    return "standard" if use.tier == "priority" else use.tier


def use_picos(use: Use, day: date) -> list[int]:
    """Return the list-price value of one piece of usage by kind of token, without web searches."""
    price = in_region(price_table(day)[use.model, priced_tier(use), use.context], use.geo)
    return [count * each for count, each in zip(use.tokens, price, strict=True)]


def use_pico(use: Use, day: date) -> int:
    """Return the list-price value of one piece of usage, without web searches."""
    return sum(use_picos(use, day))


def claude_code_rows(
    happened: ClaudeDay, organization_id: str, *, spelled: bool = False
) -> list[Row]:
    """Return the records of ``usage_report/claude_code``: actor x terminal x payment x remote.

    With ``spelled`` models are written as clouds, editions and Claude Code itself write them.
    """
    day = date.fromordinal(happened.ordinal)
    groups: dict[tuple[str, str, str, bool, str], list[Session]] = {}
    for session in happened.sessions:
        if not session.reported:
            continue
        actor = session.person.report_email if session.person else session.key_name or ""
        key = (
            actor,
            session.customer,
            session.terminal,
            session.remote,
            session.subscription or "",
        )
        groups.setdefault(key, []).append(session)
    return [
        _record(sessions, day, organization_id, SPELLINGS[number % 5] if spelled else "{}")
        for number, sessions in enumerate(groups.values())
    ]


def _record(sessions: list[Session], day: date, organization_id: str, spelling: str) -> Row:
    first = sessions[0]
    models: dict[str, list[int]] = {}
    for session in sessions:
        for use in session.uses:
            counts = models.setdefault(use.model, [0] * 5)
            fresh, write_5m, write_1h, read, made = use.tokens
            pico = use_pico(use, day)
            for place, count in enumerate((fresh, made, read, write_5m + write_1h, pico)):
                counts[place] += count
    tools: Row = {}
    for place, tool in enumerate(TOOLS):
        counted = [used for session in sessions if (used := session.tools[place]) is not None]
        if counted:
            tools[tool] = {
                "accepted": sum(used[0] for used in counted),
                "rejected": sum(used[1] for used in counted),
            }
    return {
        "date": f"{day.isoformat()}T00:00:00Z",
        "organization_id": organization_id,
        "actor": {"type": "user_actor", "email_address": first.person.report_email}
        if first.person
        else {"type": "api_actor", "api_key_name": first.key_name},
        "customer_type": first.customer,
        "subscription_type": first.subscription,
        "is_remote": first.remote,
        "terminal_type": first.terminal,
        "core_metrics": {
            "num_sessions": sum(session.sessions for session in sessions),
            "lines_of_code": {
                "added": sum(session.added for session in sessions),
                "removed": sum(session.removed for session in sessions),
            },
            "commits_by_claude_code": sum(session.commits for session in sessions),
            "pull_requests_by_claude_code": sum(session.pulls for session in sessions),
        },
        "tool_actions": tools,
        "model_breakdown": [
            {
                "model": spelling.format(model),
                "tokens": {
                    "input": counts[0],
                    "output": counts[1],
                    "cache_read": counts[2],
                    "cache_creation": counts[3],
                },
                "estimated_cost": {"amount": counts[4] / 10**10, "currency": "USD"},
            }
            for model, counts in models.items()
        ],
    }
