"""The Reports API's activities of one day, newest first."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from sandbox.world.gemini_reality import Activity, GeminiEvent

Row = dict[str, Any]

APPLICATION = "gemini_in_workspace_apps"


def activity_rows(day: date, customer: str, happened: Iterable[Activity]) -> list[Row]:
    """Return ``items`` of a whole day."""
    ordered = sorted(happened, key=lambda found: (found.ms, found.qualifier), reverse=True)
    return [_row(day, customer, activity) for activity in ordered]


def _row(day: date, customer: str, activity: Activity) -> Row:
    seconds, ms = divmod(activity.ms, 1000)
    clock = f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{ms:03d}"
    account = activity.account
    actor: Row = {"callerType": "USER" if account else "KEY"}
    if account:
        actor.update(email=account.email, profileId=account.profile_id)
    row: Row = {
        "kind": "admin#reports#activity",
        "id": {
            "time": f"{day.isoformat()}T{clock}Z",
            "uniqueQualifier": str(activity.qualifier),
            "applicationName": APPLICATION,
            "customerId": customer,
        },
        "etag": f'"{activity.qualifier & 0xFFFFFFFF:08x}"',
        "actor": actor,
        "events": [_event(event) for event in activity.events],
    }
    if activity.has_address:
        row["ipAddress"] = f"203.0.113.{activity.qualifier % 250 + 1}"
    return row


def _event(event: GeminiEvent) -> Row:
    parameters = [
        {"name": "app_name", "value": event.app},
        {"name": "action", "value": event.action},
        {"name": "event_category", "value": event.category},
    ]
    if event.source:
        parameters.insert(1, {"name": "feature_source", "value": event.source})
    if event.turned:
        parameters.reverse()
    return {"type": "ai_usage_event", "name": "feature_utilization", "parameters": parameters}
