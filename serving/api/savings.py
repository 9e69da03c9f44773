"""Routes of the savings: what routing saved, cost by provider, performance of tasks, usage."""

from collections.abc import Callable
from functools import partial
from typing import Annotated, Any, Literal

import duckdb
from fastapi import APIRouter, Depends, Query, Request
from pydantic import Field
from starlette.responses import Response

from serving.api import savings_questions as questions
from serving.api.access import Permission, Principal, require
from serving.api.answers import Answer
from serving.api.days import Days
from serving.api.figures import SAVINGS
from serving.api.problems import documented
from serving.api.requests import ANSWERED, answer, permit
from serving.api.response_models import (
    CostsByProvider,
    SavingsSummary,
    TasksPerformance,
    UsageMetrics,
)
from serving.api.savings_questions import HISTOGRAM, USER_DAYS
from serving.api.view import View

_PROBLEMS = documented(400, 401, 403, 404, 413, 422, 429, 503)


class SavingsQuery(Days):
    """The parameters of all four."""

    organization_id: str = Field(min_length=1, max_length=200)
    period: Literal["day", "week", "month"] = Field("day", description="Steps of the trend")
    provider: str | None = Field(None, max_length=200)
    task_type: str | None = Field(None, max_length=200)

    def filters(self) -> dict[str, Any]:
        """Return what the queries filter by."""
        return self.model_dump(exclude={"period", "format"})


router = APIRouter(prefix="/analytics", tags=["savings"], responses={**ANSWERED, **_PROBLEMS})
Asked = Annotated[SavingsQuery, Query()]
Asker = Annotated[Principal, Depends(require())]


async def _answered(
    request: Request,
    principal: Principal,
    asked: SavingsQuery,
    question: Callable[[duckdb.DuckDBPyConnection, View, dict[str, Any]], Answer],
    *tables: str,
) -> Response:
    permission = Permission(asked.organization_id)
    permit(request, principal, permission)
    filters = asked.filters()
    return await answer(
        request,
        principal,
        permission,
        lambda cursor, view: question(cursor, view, filters),
        tables=tables,
    )


@router.get("/savings/summary", response_model=SavingsSummary)
async def savings_summary(request: Request, asked: Asked, principal: Asker) -> Response:
    """What routing saved: gross, net, in per cent, and over time."""
    question = partial(questions.summary, period=asked.period)
    return await _answered(request, principal, asked, question, SAVINGS)


@router.get("/costs/by-provider", response_model=CostsByProvider)
async def costs_by_provider(request: Request, asked: Asked, principal: Asker) -> Response:
    """What each provider cost and saved."""
    return await _answered(request, principal, asked, questions.by_provider, SAVINGS)


@router.get("/tasks/performance", response_model=TasksPerformance)
async def tasks_performance(request: Request, asked: Asked, principal: Asker) -> Response:
    """Success, duration and the cheapest provider by type of task."""
    return await _answered(request, principal, asked, questions.performance, SAVINGS, HISTOGRAM)


@router.get("/usage/metrics", response_model=UsageMetrics)
async def usage_metrics(request: Request, asked: Asked, principal: Asker) -> Response:
    """How many people use the orchestrator, and for what."""
    return await _answered(request, principal, asked, questions.usage, USER_DAYS)
