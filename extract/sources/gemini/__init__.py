"""Gemini in Google Workspace: the Reports API. The manual is README.md."""

import datetime as dt

from extract.client.google_account import GoogleBearer, google_credentials
from extract.client.http import Api
from extract.config import Settings
from extract.landing.resource import Resource
from extract.sources.gemini.activities import SCOPE, read_activities
from extract.sources.gemini.tables import ACTIVITY_EVENTS, TABLES

__all__ = ["TABLES", "resources"]

FIRST_LOG = dt.date(2025, 6, 20)
DAYS_KEPT = 180


def resources(settings: Settings) -> list[Resource]:
    """Open the API as the administrator whom the service account acts for."""

    def api() -> Api:
        credentials = google_credentials(
            "gemini",
            settings.google_credentials,
            [SCOPE],
            subject=settings.google_reports_subject,
        )
        bearer = GoogleBearer(
            "gemini",
            credentials,
            redact=settings.redact,
            backoff_seconds=settings.http_backoff_seconds,
        )
        return Api(
            "Google Reports",
            settings.google_reports_api_url,
            redact=settings.redact,
            limits=settings.limits,
            backoff_seconds=settings.http_backoff_seconds,
            auth=bearer,
        )

    opened: list[Api] = []
    customer = settings.google_reports_customer or ""

    def opened_once() -> Api:
        if not opened:
            opened.append(api())
        return opened[0]

    kept_from = settings.as_of.date() - dt.timedelta(days=DAYS_KEPT)
    return [
        Resource(
            "activity_events",
            (ACTIVITY_EVENTS,),
            lambda unit, sink: read_activities(opened_once(), customer, unit, sink),
            days_per_call=1,
            earliest=max(kept_from, FIRST_LOG),
        )
    ]
