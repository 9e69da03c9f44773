"""Anthropic's Admin API: usage, cost, Claude Code and directories. The manual is README.md."""

from dlt.sources.helpers.rest_client.auth import APIKeyAuth

from extract.client.http import Api
from extract.config import Settings
from extract.landing.resource import Resource
from extract.sources.anthropic import (
    access,
    access_tables,
    analytics_cost,
    claude_code,
    directory,
    reports,
)
from extract.sources.anthropic.tables import (
    ANALYTICS_COST,
    ANALYTICS_COST_REQUESTS,
    ANALYTICS_COST_TERMS,
    API_KEYS,
    CLAUDE_CODE,
    CLAUDE_CODE_MODELS,
    COST_REPORT,
    INVITES,
    ORGANIZATIONS,
    TABLES,
    USAGE_REPORT_MESSAGES,
    USERS,
    WORKSPACE_MEMBERS,
    WORKSPACES,
)

__all__ = ["TABLES", "resources"]

BASE = "/v1/organizations"
API_VERSION = "2023-06-01"
"""Pinned: a newer version takes fields away, and it is for the vendor to send what we read."""


def resources(settings: Settings) -> list[Resource]:
    """Open the API; the version header is part of every request."""
    api = Api(
        "Anthropic",
        settings.anthropic_api_url,
        redact=settings.redact,
        limits=settings.limits,
        backoff_seconds=settings.http_backoff_seconds,
        auth=APIKeyAuth("x-api-key", settings.anthropic_admin_key or "", "header"),
        headers={"anthropic-version": API_VERSION},
    )
    return [
        Resource(
            "usage_report_messages",
            (USAGE_REPORT_MESSAGES,),
            lambda unit, sink: reports.read_report(
                api,
                f"{BASE}/usage_report/messages",
                reports.USAGE_DIMENSIONS,
                USAGE_REPORT_MESSAGES,
                unit,
                sink,
            ),
        ),
        Resource(
            "cost_report",
            (COST_REPORT,),
            lambda unit, sink: reports.read_report(
                api, f"{BASE}/cost_report", reports.COST_DIMENSIONS, COST_REPORT, unit, sink
            ),
        ),
        Resource(
            "analytics_cost",
            (ANALYTICS_COST, ANALYTICS_COST_REQUESTS, ANALYTICS_COST_TERMS),
            lambda unit, sink: analytics_cost.read_costs(api, unit, sink),
            earliest=analytics_cost.earliest_day(settings.as_of.date()),
            has_fallback=True,
        ),
        Resource(
            "usage_report_claude_code",
            (CLAUDE_CODE, CLAUDE_CODE_MODELS),
            lambda unit, sink: claude_code.read_claude_code(api, unit, sink),
            days_per_call=1,
        ),
        Resource(
            "api_keys",
            (API_KEYS,),
            lambda _, sink: directory.read_list(api, f"{BASE}/api_keys", API_KEYS, sink),
        ),
        Resource(
            "users",
            (USERS,),
            lambda _, sink: directory.read_list(api, f"{BASE}/users", USERS, sink),
        ),
        Resource(
            "workspaces",
            (WORKSPACES,),
            lambda _, sink: directory.read_list(
                api, f"{BASE}/workspaces", WORKSPACES, sink, {"include_archived": "true"}
            ),
        ),
        Resource(
            "workspace_members",
            (WORKSPACE_MEMBERS,),
            lambda _, sink: directory.read_workspace_members(api, sink),
        ),
        Resource(
            "invites",
            (INVITES,),
            lambda _, sink: directory.read_list(api, f"{BASE}/invites", INVITES, sink),
        ),
        Resource(
            "organizations",
            (ORGANIZATIONS,),
            lambda _, sink: directory.read_organization(api, sink),
        ),
        *_access(api, settings),
    ]


def _access(api: Api, settings: Settings) -> list[Resource]:
    """Open what only some organisations and keys have: accounts of services, groups, limits."""
    return [
        Resource(
            "service_accounts",
            (access_tables.SERVICE_ACCOUNTS, access_tables.SERVICE_ACCOUNT_WORKSPACES),
            lambda _, sink: access.read_service_accounts(api, sink),
        ),
        Resource(
            "rbac_groups",
            (access_tables.RBAC_GROUPS, access_tables.RBAC_GROUP_MEMBERS),
            lambda _, sink: access.read_groups(api, sink),
        ),
        Resource(
            "spend_limits",
            (access_tables.SPEND_LIMITS,),
            lambda _, sink: access.read_spend_limits(api, sink),
        ),
        Resource(
            "spend_limit_usage",
            (access_tables.SPEND_LIMIT_USAGE,),
            lambda _, sink: access.read_spend_limit_usage(api, settings.as_of.date(), sink),
        ),
    ]
