"""Hard rows of Anthropic: bills that do not divide, keys without owner, report rows that tie."""

import datetime as dt
import itertools

from tests.worlds.hard.cursor import DAYS
from tests.worlds.hard.rows import FOUNDED, Row, at, table, versions
from tests.worlds.people import ADA, BOB, DEE

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
                "starting_at": at(day),
                "ending_at": at(day, 86_400),
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
        "starting_at": at(day),
        "ending_at": at(day, 86_400),
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
            ("user_actor", "Ada@corp.example", None, "api"),
            ("user_actor", f"{ADA} ", None, "api"),
            ("user_actor", DEE, None, "subscription"),
            ("api_actor", None, "claude_code_key_bob_abcd", "api"),
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


def vendor_costs() -> list[Row]:
    """Return the vendor's own costs of one day: a shared key, a cloud role, nobody twice, amounts below a billionth."""
    day = DAYS[3]
    actors: list[Row] = [
        {"actor_type": "user_actor", "actor_user_id": "user_1", "actor_email_address": f" {ADA}"},
        {"actor_type": "user_actor", "actor_user_id": "user_gone", "actor_is_deleted": True},
        {"actor_type": "service_account_actor", "actor_service_account_id": "svac_1"},
        {"actor_type": "federated_actor", "actor_provider_type": "aws", "actor_subject": "arn:1"},
        {"actor_type": "api_actor", "actor_api_key_id": "apikey_1"},
        {},
        {},
    ]
    keys = itertools.cycle(("apikey_1", "apikey_2", None))
    products = itertools.cycle(("claude_code", "messages_api", None, "brand_new", "chat"))
    amounts = itertools.cycle(BILL_CENTS)
    kinds = itertools.cycle((*TOKEN_TYPES, None))
    return [
        {
            "usage_date": day,
            "amount": next(amounts),
            "list_amount": "33.333333333333",
            "currency": "usd",
            "api_key_id": next(keys),
            "model": MODELS[place % 4],
            "product": next(products),
            "workspace_id": ("wrkspc_real_default", "wrkspc_code", "", None)[place % 4],
            "cost_type": "tokens" if (kind := next(kinds)) else "web_search",
            "token_type": kind,
            **actor,
        }
        for place, actor in enumerate(actors * 2)
    ]


def vendor_requests() -> list[Row]:
    """Return the same rows with requests, which a split by component does not count."""
    return [
        {name: value for name, value in row.items() if name not in ("cost_type", "token_type")}
        | {"requests": place or None}
        for place, row in enumerate(vendor_costs())
    ]


def vendor_terms() -> list[Row]:
    """Return the same day by terms of the price."""
    return [
        {
            "usage_date": DAYS[3],
            "amount": amount,
            "list_amount": "33.333333333333",
            "currency": "usd",
            "requests": place or None,
            "model": MODELS[place % 4],
            "service_tier": ("standard", "priority", None)[place % 3],
            "inference_geo": ("us", "", None)[place % 3],
            "speed": ("fast", "standard")[place % 2],
        }
        for place, amount in enumerate(BILL_CENTS)
    ]


_DEPARTED = at(dt.date(2026, 4, 30))
_RENAMED = at(dt.date(2026, 5, 31))
TABLES = {
    "usage_report_messages": messages(),
    "cost_report": costs(),
    "analytics_cost": vendor_costs(),
    "analytics_cost_requests": vendor_requests(),
    "analytics_cost_terms": vendor_terms(),
    "usage_report_claude_code": claude_code(),
    "usage_report_claude_code_models": claude_code_models(),
    # One renamed on a month's end, one of Claude Code, one whose creator is gone.
    "api_keys": versions(
        table(
            "id name created_by_id workspace_id _dlt_valid_from _dlt_valid_to",
            ("apikey_1", "claude_code_key_ada_wxyz", "user_1", "wrkspc_code", FOUNDED, None),
            ("apikey_2", "old name", "user_1", None, FOUNDED, _RENAMED),
            ("apikey_2", "ci runner", "user_1", None, _RENAMED, None),
            ("apikey_3", "claude_code_key_bob_abcd", "user_gone", "wrkspc_api", FOUNDED, None),
            ("apikey_4", "", None, "wrkspc_api", FOUNDED, None),
            status="active",
            created_at=at(dt.date(2026, 1, 31), 86_399.999999),
        )
    ),
    # One departed, and one of whom nothing is known.
    "users": versions(
        table(
            "id email name role _dlt_valid_to",
            ("user_1", "Ada@Corp.example", "Ada", "developer", None),
            ("user_gone", BOB, "Bob", "user", _DEPARTED),
            ("user_acct", None, None, None, None),
        )
    ),
    "workspaces": versions(
        table(
            "id name",
            ("wrkspc_code", "Claude Code"),
            ("wrkspc_api", "Produção"),
            created_at=FOUNDED,
        )
    ),
    # One workspace has exactly one.
    "workspace_members": versions(
        table(
            "user_id workspace_id",
            ("user_1", "wrkspc_code"),
            ("user_gone", "wrkspc_code"),
            ("user_1", "wrkspc_api"),
            workspace_role="workspace_user",
        )
    ),
    "service_accounts": versions(
        table(
            "id name created_by_actor_id",
            ("svac_1", "deploy", "user_1"),
            ("svac_2", None, "svac_1"),
            created_at=FOUNDED,
        )
    ),
    "rbac_groups": versions(
        table(
            "id name _dlt_valid_to",
            ("rbac_group_1", "Engine", _RENAMED),
            ("rbac_group_2", "", None),
        )
        + table(
            "id name _dlt_valid_from",
            ("rbac_group_1", "Engines", _RENAMED),
        )
    ),
    # On the sheet, off it, in two groups, gone, and nobody.
    "rbac_group_members": versions(
        table(
            "rbac_group_id user_id email person_id _dlt_valid_to",
            ("rbac_group_1", "user_1", "Ada@Corp.example", "p_ada", None),
            ("rbac_group_1", "user_7", "New@corp.example ", "p_new", None),
            ("rbac_group_1", "user_8", "both@corp.example", "p_both", None),
            ("rbac_group_2", "user_8", "both@corp.example", "p_both", None),
            ("rbac_group_2", "user_9", "gone@corp.example", "p_gone", _DEPARTED),
            ("rbac_group_2", "user_acct", None, None, None),
            created_at=FOUNDED,
        )
    ),
    # Fractions of a cent, no limit, a limit of nothing, a currency that nobody has a rate for.
    "spend_limit_usage": table(
        "snapshot_date actor_user_id actor_email_address period amount period_to_date_spend currency",
        (dt.date(2026, 6, 2), "user_1", "ADA@corp.example", "monthly", "50000", "12050.505", "USD"),
        (dt.date(2026, 6, 2), "user_1", "ADA@corp.example", "weekly", None, "0", None),
        (dt.date(2026, 6, 2), "user_7", "new@corp.example", "monthly", "0", "3", "usd"),
        (dt.date(2026, 6, 1), "user_1", "ADA@corp.example", "monthly", "50000", "1", "USD"),
        source_type="organization",
    ),
    "spend_limits": versions(
        table(
            "id scope_type scope_workspace_id amount currency",
            ("spl_1", "organization", None, "5000000", "USD"),
            ("spl_2", "workspace", "wrkspc_code", "100", "ZZZ"),
            ("spl_3", "user", None, "7", "USD"),
            period="monthly",
            is_enabled=True,
        )
    ),
}
