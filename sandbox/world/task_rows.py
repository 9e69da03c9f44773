"""The orchestrator's records as it writes them: tasks, routing decisions, prices."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sandbox.world import seeded_hash
from sandbox.world.task_prices import PER_TOKEN, Policy, Price
from sandbox.world.tasks import PROVIDERS, Task

Row = dict[str, Any]

TOKEN_FIELDS = (
    "uncached_input_tokens",
    "output_tokens",
    "cache_read_tokens",
    "cache_write_5m_tokens",
    "cache_write_1h_tokens",
)
_MILLION = Decimal(1_000_000)
_CENT = Decimal("0.000001")


def task_row(task: Task, *, reported_at: datetime) -> Row:
    """Return a task's record. What it says of costs is the orchestrator's own rough idea."""
    units = sum(task.tokens) if task.tokens else task.tokens_used or 0
    cost = (Decimal(units) * 3 / _MILLION).quantize(_CENT)
    baseline = (cost * Decimal("1.4")).quantize(_CENT)
    end = None
    if task.duration_ms is not None:
        end = task.start + timedelta(milliseconds=task.duration_ms)
    return {
        "id": seeded_hash.uuid("task", task.task_id),
        "task_id": task.task_id,
        "user_id": task.user_id,
        "organization_id": task.organization,
        "provider": task.provider,
        "model": task.model,
        "task_type": task.task_type,
        "task_description": f"Please look at what {task.user_id} wrote in module {task.task_id[-5:]}",
        "start_time": task.start,
        "end_time": end,
        "duration_ms": task.duration_ms,
        "tokens_used": task.tokens_used,
        **dict(zip(TOKEN_FIELDS, task.tokens or (None,) * len(TOKEN_FIELDS), strict=True)),
        "service_tier": task.tier,
        "compute_units": None
        if task.compute_millis is None
        else Decimal(task.compute_millis).scaleb(-3),
        "actual_cost": cost,
        "baseline_cost": baseline,
        "savings": baseline - cost,
        "currency": "USD",
        "success": task.succeeded,
        "error_message": task.message,
        "confidence_score": task.confidence,
        "routing_decision_id": task.decision,
        "retry_of_task_id": task.retry_of,
        **({"is_routing_overhead": task.overhead} if task.has_overhead_field else {}),
        "created_at": task.start,
        "updated_at": reported_at,
    }


def decision_row(task: Task) -> Row:
    """Return the record of the decision that a task was routed by."""
    others = [provider for provider in PROVIDERS if provider != task.provider]
    lots = [seeded_hash.share(task.task_id, provider) for provider in (task.provider, *others)]
    costs = [Decimal(int(lot * 90_000) + 1_000).scaleb(-6) for lot in lots]
    listed = [
        {"provider": provider, "score": round(1 - lot, 3), "estimated_cost": cost}
        for provider, lot, cost in zip(others, lots[1:], costs[1:], strict=True)
    ]
    return {
        "id": task.decision,
        "task_id": task.task_id,
        "organization_id": task.organization,
        "chosen_provider": task.provider,
        "routing_strategy": task.strategy,
        "alternative_providers": listed,
        "reasoning": f"{task.user_id} works on something urgent",
        "confidence_score": task.confidence,
        "estimated_cost": costs[0],
        "estimated_duration_ms": int(5_000 + lots[0] * 20_000),
        "potential_savings": max(costs) - costs[0],
        "algorithm_version": "router-3",
        "created_at": task.start - timedelta(milliseconds=200),
    }


def price_row(price: Price, *, known_at: datetime) -> Row:
    """Return a price's record; the feed gives prices per unit, as text."""
    return {
        "id": price.price_id,
        "provider": price.provider,
        "model": price.model,
        "task_type": price.task_type,
        "pricing_model": price.pricing_model,
        "token_class": price.token_class,
        "service_tier": price.tier,
        "cost_per_unit": f"{(price.per_million / _MILLION).normalize():f}",
        "currency": "USD",
        "effective_date": price.start.isoformat(),
        "end_date": price.end.isoformat() if price.end else None,
        "source": "contract" if price.pricing_model == PER_TOKEN else "provider_api",
        "notes": "agreed with somebody on the phone",
        "created_at": known_at,
        "created_by": "buyer@harbourline.example",
    }


def sheet_price_cells(price: Price) -> list[str]:
    """Return a line of the sheet's tab `provider_pricing`, which has prices per million units."""
    return [
        price.price_id,
        price.provider,
        price.model or "",
        price.task_type or "",
        price.pricing_model,
        price.token_class or "",
        price.tier or "",
        f"{price.per_million:f}",
        price.start.isoformat(),
        price.end.isoformat() if price.end else "",
        "manual_entry",
    ]


def policy_cells(policy: Policy) -> list[str]:
    """Return a line of the sheet's tab `baseline_policies`."""
    return [
        policy.organization,
        policy.start.isoformat(),
        policy.end.isoformat() if policy.end else "",
        policy.provider,
        policy.model or "",
        "cfo@harbourline.example",
        "what everybody used before routing",
    ]
