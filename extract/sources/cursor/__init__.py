"""Cursor's Admin API: usage, events, members, spend and groups. The manual is README.md."""

from dlt.sources.helpers.rest_client.auth import HttpBasicAuth

from extract.client.http import Api
from extract.config import Settings
from extract.landing.resource import Resource
from extract.sources.cursor import team, usage
from extract.sources.cursor.tables import (
    DAILY_USAGE,
    GROUP_MEMBERS,
    GROUPS,
    SPEND,
    TABLES,
    TEAM_MEMBERS,
    USAGE_EVENTS,
)

__all__ = ["TABLES", "resources"]


def resources(settings: Settings) -> list[Resource]:
    """Open the API; the key is the user name of Basic authentication, the password is empty."""
    api = Api(
        "Cursor",
        settings.cursor_api_url,
        redact=settings.redact,
        limits=settings.limits,
        backoff_seconds=settings.http_backoff_seconds,
        auth=HttpBasicAuth(settings.cursor_api_key or "", ""),
    )
    today = settings.as_of.date()
    return [
        Resource(
            "daily_usage",
            (DAILY_USAGE,),
            lambda unit, sink: usage.read_daily_usage(api, unit, sink),
        ),
        Resource(
            "usage_events",
            (USAGE_EVENTS,),
            lambda unit, sink: usage.read_usage_events(api, unit, sink),
        ),
        Resource(
            "team_members", (TEAM_MEMBERS,), lambda _, sink: team.read_team_members(api, sink)
        ),
        Resource("spend", (SPEND,), lambda _, sink: team.read_spend(api, today, sink)),
        Resource(
            "groups", (GROUPS, GROUP_MEMBERS), lambda _, sink: team.read_groups(api, today, sink)
        ),
    ]
