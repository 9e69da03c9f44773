"""claude.ai: Enterprise Analytics, audit-log exports and report files. The manual is README.md."""

import datetime as dt

from dlt.sources.helpers.rest_client.auth import APIKeyAuth

from extract.client.http import Api
from extract.config import Settings
from extract.landing.resource import Resource
from extract.sources.claude_ai import analytics, audit_log, reports, totals
from extract.sources.claude_ai.folder import Folder
from extract.sources.claude_ai.tables import (
    AUDIT_LOG,
    CLAUDE_CODE_TEAM_REPORTS,
    DAILY_SUMMARIES,
    DAILY_USERS,
    ORGANIZATION_COSTS,
    SPEND_REPORTS,
    TABLES,
    USER_COSTS,
    USER_USAGE,
)

__all__ = ["TABLES", "resources"]


def resources(settings: Settings) -> list[Resource]:
    """Open what there is a setting for: the API, the folder of exported files, or both."""
    found: list[Resource] = []
    if settings.claude_analytics_key:
        found += _analytics(settings, settings.claude_analytics_key)
    if settings.claude_ai_export_dir:
        found += _exports(
            Folder(settings.claude_ai_export_dir, settings.redact, settings.limits),
            settings.as_of.date(),
        )
    return found


def _analytics(settings: Settings, key: str) -> list[Resource]:
    api = Api(
        "Claude Enterprise Analytics",
        settings.anthropic_api_url,
        redact=settings.redact,
        limits=settings.limits,
        backoff_seconds=settings.http_backoff_seconds,
        auth=APIKeyAuth("x-api-key", key, "header"),
        headers={"anthropic-version": "2023-06-01"},
    )
    today = settings.as_of.date()
    users, summaries = analytics.Latest(today), analytics.Latest(today)
    kept_from = today - dt.timedelta(days=analytics.DAYS_KEPT - 1)
    earliest = max(kept_from, analytics.FIRST_DAY)
    return [
        Resource(
            "daily_users",
            (DAILY_USERS,),
            lambda unit, sink: analytics.read_users(api, unit, sink, users),
            days_per_call=1,
            earliest=analytics.FIRST_DAY,
        ),
        Resource(
            "daily_summaries",
            (DAILY_SUMMARIES,),
            lambda unit, sink: analytics.read_summaries(api, unit, sink, summaries),
            earliest=analytics.FIRST_DAY,
        ),
        Resource(
            "user_cost_report",
            (USER_COSTS,),
            lambda unit, sink: analytics.read_user_report(
                api, "user_cost_report", USER_COSTS, unit, sink
            ),
            earliest=earliest,
        ),
        Resource(
            "user_usage_report",
            (USER_USAGE,),
            lambda unit, sink: analytics.read_user_report(
                api, "user_usage_report", USER_USAGE, unit, sink
            ),
            earliest=earliest,
        ),
        Resource(
            "organization_cost_report",
            (ORGANIZATION_COSTS,),
            lambda unit, sink: totals.read_organization_costs(api, unit, sink),
            earliest=earliest,
            has_fallback=True,
        ),
    ]


def _exports(folder: Folder, today: dt.date) -> list[Resource]:
    return [
        Resource(
            "audit_log",
            (AUDIT_LOG,),
            audit_log.AuditLog(folder, today).read,
            always=True,
        ),
        Resource(
            "spend_reports",
            (SPEND_REPORTS,),
            lambda _, sink: reports.read_reports(folder, SPEND_REPORTS, sink),
        ),
        Resource(
            "claude_code_team_reports",
            (CLAUDE_CODE_TEAM_REPORTS,),
            lambda _, sink: reports.read_reports(folder, CLAUDE_CODE_TEAM_REPORTS, sink),
        ),
    ]
