"""What Anthropic itself says a day cost, by whom and what for: the Usage and Cost Analytics API, at the finest grain.

Unlike the cost report it knows the identity, the key and the product, names the default workspace by its real
id, counts priority-tier usage and takes the contract's discount off. Whom the vendor can know is a person who
signed in (Claude Code, the Workbench, OAuth), a service account, a cloud role, or else the key; of one key it says nothing.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from sandbox.world.anthropic_rows import use_picos
from sandbox.world.claude_extras import Extra
from sandbox.world.claude_reality import ClaudeDay, Use
from sandbox.world.keys import KeyRing
from sandbox.world.people import Person
from sandbox.world.prices import TOKEN_TYPES, WEB_SEARCH_PICO

Row = dict[str, Any]

DISCOUNTED_MODEL = "claude-opus-5"
"""The contract gives an eighth off this model."""

ROLE = {
    "type": "federated_actor",
    "provider": {
        "type": "aws",
        "account_id": "210987654321",
        "signed_principal": "arn:aws:sts::210987654321:assumed-role/agents/session-1",
    },
    "subject": "arn:aws:iam::210987654321:role/agents",
}
"""A cloud role that runs managed agents."""


def discounted(model: str | None, pico: int) -> int:
    """Return what is charged for a list price."""
    return pico * 7 // 8 if model == DISCOUNTED_MODEL else pico


def is_account_deleted(person: Person) -> bool:
    """Tell whether a leaver's account is gone altogether, and with it the e-mail."""
    return person.serial % 2 == 1


def known_person(use: Use) -> Person | None:
    """Return the person whom the vendor knows behind a piece of usage: who signed in, not who owns a product's key."""
    return use.person if use.platform == "claude_code" or use.key_id is None else None


def product_of(use: Use) -> str:
    """Return the vendor's name of the surface."""
    if use.platform == "claude_code":
        return "claude_code"
    if use.tier == "batch":
        return "message_batches_api"
    if known_person(use) is not None and use.account_id is None:
        return "claude_console"
    return "messages_api"


def cost_lines(happened: ClaudeDay, ring: KeyRing, today: int) -> list[Row]:
    """Return the day line by line: one per piece of usage and component, amounts in pico-dollars."""
    day = date.fromordinal(happened.ordinal)
    nameless = {key.key_id for key in ring.product_keys if key.case == "orphan"}
    lines: list[Row] = []
    for use in happened.uses():
        if use.billed:
            lines.extend(_use_lines(use, day, ring, nameless, today))
    return [*lines, *(_extra_line(extra, ring) for extra in happened.extras)]


def _use_lines(use: Use, day: date, ring: KeyRing, nameless: set[str], today: int) -> Iterator[Row]:
    head = {
        "actor": None if use.key_id in nameless else _actor(use, today),
        "api_key_id": use.key_id,
        "model": use.model,
        "product": product_of(use),
        "workspace_id": use.workspace_id or ring.workspaces.default_id,
        "context_window": use.context,
        "inference_geo": None if use.geo == "not_available" else use.geo,
        "service_tier": use.tier,
        "speed": use.speed,
    }
    requests = 1 + sum(use.tokens) // 50_000
    picos = (*use_picos(use, day), use.searches * WEB_SEARCH_PICO)
    for kind, pico in zip((*TOKEN_TYPES, None), picos, strict=True):
        if pico:
            yield {
                **head,
                "cost_type": "tokens" if kind else "web_search",
                "token_type": kind,
                "requests": requests,
                "pico": discounted(use.model if kind else None, pico),
                "list_pico": pico,
            }
            requests = 0


def _extra_line(extra: Extra, ring: KeyRing) -> Row:
    """Return what no usage report shows: nobody runs code, a cloud role runs managed agents."""
    agents = extra.cost_type == "session_usage"
    return {
        "actor": ROLE if agents else None,
        "api_key_id": None,
        "model": None,
        "product": "managed_agents_api" if agents else None,
        "workspace_id": extra.workspace_id or ring.workspaces.default_id,
        "context_window": None,
        "inference_geo": None,
        "service_tier": None,
        "speed": "standard",
        "cost_type": extra.cost_type,
        "token_type": None,
        "requests": 1,
        "pico": extra.pico,
        "list_pico": extra.pico,
    }


def _actor(use: Use, today: int) -> Row:
    person = known_person(use)
    if person is not None:
        left = not person.is_present(today)
        gone = left and is_account_deleted(person)
        return {
            "type": "user_actor",
            "user_id": person.user_id,
            "email_address": None if gone else person.report_email,
            "name": "Deleted User" if gone else person.name,
            "deleted": left,
        }
    if use.service_account_id is not None:
        return {"type": "service_account_actor", "service_account_id": use.service_account_id}
    return {"type": "api_actor", "api_key_id": use.key_id}
