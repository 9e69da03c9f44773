"""Hard rows of Anthropic: bills that do not divide, keys without owner, report rows that tie."""

import datetime as dt
import itertools
from typing import Any

from tests.bigquery.world.cursor_rows import DAYS, Row

WORKSPACES = (None, "wrkspc_code", "wrkspc_api", "")
MODELS = ("claude-opus-4-6", "claude-sonnet-4-5-20250929", "claude-unheard-of", None)
KEYS = ("apikey_1", "apikey_2", "apikey_3", None)
TOKEN_TYPES = {
    "uncached_input_tokens": 1000,
    "output_tokens": 333,
    "cache_read_input_tokens": 7,
    "cache_creation.ephemeral_5m_input_tokens": 1,
    "cache_creation.ephemeral_1h_input_tokens": 0,
}
BILL_CENTS = ("10", "0.0000001", "33.333333333333", "-5.5", "100.00000005", "0")


def messages() -> list[Row]:
    """Return token counts of every key in two workspaces; three equal parts of a bill among them."""
    rows: list[Row] = []
    for day, (place, key), model in itertools.product(DAYS[2:], enumerate(KEYS), MODELS[:3]):
        rows.append(
            {
                "usage_date": day,
                "starting_at": _midnight(day),
                "ending_at": _midnight(day + dt.timedelta(days=1)),
                "account_id": "user_acct" if key is None and model == MODELS[0] else None,
                "api_key_id": key,
                "context_window": "0-200k" if place else "200k-1M",
                "inference_geo": ("us", "global", None)[place % 3],
                "model": model,
                "service_account_id": "svac_1" if key is None and model == MODELS[1] else None,
                "service_tier": ("standard", "batch", "priority", "standard")[place],
                "workspace_id": WORKSPACES[1] if place == 0 else WORKSPACES[2 * (place % 2)],
                "uncached_input_tokens": 1000 if place != 2 else None,
                "cache_creation_ephemeral_5m_input_tokens": place,
                "cache_creation_ephemeral_1h_input_tokens": 3 - place,
                "cache_read_input_tokens": 7,
                "output_tokens": 333,
                "web_search_requests": place,
            }
        )
    return rows


def costs() -> list[Row]:
    """Return bill lines; the last day has none, so that its usage is estimated."""
    rows: list[Row] = []
    amounts = itertools.cycle(BILL_CENTS)
    for day, workspace, model in itertools.product(DAYS[2:5], WORKSPACES[:3], MODELS[:3]):
        for kind in TOKEN_TYPES:
            line = _line(day, workspace, next(amounts), "tokens", f"{model} {kind}")
            rows.append(
                line
                | {
                    "token_type": kind,
                    "model": model,
                    "context_window": "200k-1M" if workspace == "wrkspc_code" else "0-200k",
                    "service_tier": "standard",
                    "inference_geo": "us" if workspace == "wrkspc_code" else "global",
                }
            )
        rows += [
            _line(day, workspace, next(amounts), kind, kind)
            for kind in ("web_search", "code_execution", "session_usage")
        ]
    return rows


def _line(day: dt.date, workspace: str | None, cents: str, cost_type: str, description: str) -> Row:
    return {
        "usage_date": day,
        "starting_at": _midnight(day),
        "ending_at": _midnight(day + dt.timedelta(days=1)),
        "amount": cents,
        "currency": "usd",
        "workspace_id": workspace,
        "description": description,
        "cost_type": cost_type,
    }


def claude_code() -> list[Row]:
    """Return report rows: two equal ones of a person, a subscriber, a key by name, nobody."""
    rows: list[Row] = []
    for day in DAYS:
        actors: list[tuple[str, str | None, str | None, str]] = [
            ("user_actor", "Ada@example.example", None, "api"),
            ("user_actor", "ada@example.example ", None, "api"),
            ("user_actor", "dee@example.example", None, "subscription"),
            ("api_actor", None, "claude_code_key_bo_abcd", "api"),
            ("api_actor", None, "ci runner", "api"),
        ]
        for place, (kind, email, key_name, customer) in enumerate(actors):
            rows.append(
                {
                    "usage_date": day,
                    "record_id": f"{day:%m%d}-{place}",
                    "organization_id": "org_1",
                    "actor_type": kind,
                    "actor_email_address": email,
                    "actor_api_key_name": key_name,
                    "customer_type": customer,
                    "subscription_type": "team" if customer == "subscription" else None,
                    "is_remote": (False, True, None)[place % 3],
                    "terminal_type": ("vscode", "", None)[place % 3],
                    "num_sessions": place,
                    "lines_of_code_added": 10 * place if place != 3 else None,
                    "edit_tool_accepted": place,
                    "edit_tool_rejected": None,
                }
            )
    return rows


def claude_code_models() -> list[Row]:
    """Return the models of the report rows, with costs that tie and that vanish when rounded."""
    cents = itertools.cycle(("12.5", "12.5", "0.00000005", "-1", None))
    return [
        {
            "usage_date": record["usage_date"],
            "record_id": record["record_id"],
            "model": model,
            "input_tokens": 100,
            "output_tokens": 50,
            "cache_read_tokens": None if place else 10,
            "cache_creation_tokens": place,
            "estimated_cost_amount": next(cents),
            "estimated_cost_currency": "USD",
        }
        for record in claude_code()
        for place, model in enumerate(MODELS[:2])
    ]


def api_keys() -> list[Row]:
    """Return keys: one renamed on a month's end, one of Claude Code, one whose creator is gone."""
    renamed = _midnight(dt.date(2026, 5, 31))
    keys: list[tuple[str, str | None, str | None, str | None, dt.datetime | None]] = [
        ("apikey_1", "claude_code_key_ada_wxyz", "user_1", "wrkspc_code", None),
        ("apikey_2", "old name", "user_1", None, renamed),
        ("apikey_2", "ci runner", "user_1", None, None),
        ("apikey_3", "claude_code_key_bo_abcd", "user_gone", "wrkspc_api", None),
        ("apikey_4", "", None, "wrkspc_api", None),
    ]
    return [
        {
            "id": key,
            "name": name,
            "status": "active",
            "created_at": dt.datetime(2026, 1, 31, 23, 59, 59, 999999, tzinfo=dt.UTC),
            "created_by_id": creator,
            "workspace_id": workspace,
        }
        | _validity(f"{key}{name}", renamed if name == "ci runner" else None, ended)
        for key, name, creator, workspace, ended in keys
    ]


def users() -> list[Row]:
    """Return users, one of them departed."""
    return [
        {"id": "user_1", "email": "Ada@Example.example", "name": "Ada", "role": "developer"}
        | _validity("user_1", None, None),
        {"id": "user_gone", "email": "bo@example.example", "name": "Bo", "role": "user"}
        | _validity("user_gone", None, _midnight(dt.date(2026, 4, 30))),
        {"id": "user_acct", "email": None, "name": None} | _validity("user_acct", None, None),
    ]


def workspaces() -> list[Row]:
    """Return the two workspaces that the vendor lists."""
    return [
        {"id": key, "name": name, "created_at": _midnight(dt.date(2026, 1, 1))}
        | _validity(key, None, None)
        for key, name in (("wrkspc_code", "Claude Code"), ("wrkspc_api", "Produção"))
    ]


def workspace_members() -> list[Row]:
    """Return members: one workspace has exactly one."""
    return [
        {"user_id": user, "workspace_id": workspace, "workspace_role": "workspace_user"}
        | _validity(user + workspace, None, None)
        for user, workspace in (
            ("user_1", "wrkspc_code"),
            ("user_gone", "wrkspc_code"),
            ("user_1", "wrkspc_api"),
        )
    ]


def _validity(
    version: str, valid_from: dt.datetime | None, valid_to: dt.datetime | None
) -> dict[str, Any]:
    return {
        "row_hash": version,
        "_dlt_valid_from": valid_from or _midnight(dt.date(2026, 1, 1)),
        "_dlt_valid_to": valid_to,
    }


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), tzinfo=dt.UTC)


TABLES = {
    "usage_report_messages": messages,
    "cost_report": costs,
    "usage_report_claude_code": claude_code,
    "usage_report_claude_code_models": claude_code_models,
    "api_keys": api_keys,
    "users": users,
    "workspaces": workspaces,
    "workspace_members": workspace_members,
}
