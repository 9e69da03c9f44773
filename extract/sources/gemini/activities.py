"""Google's Reports API: the activities of one day, newest first, one row per event of an activity.

An answer without `items` is a day without activities; what makes it an answer is its `kind`. Old days
are cut off by the vendor without a word after 180 days, so they are never asked for.
"""

import datetime as dt
from collections.abc import Hashable
from typing import Any

from dlt.sources.helpers.rest_client.paginators import JSONResponseCursorPaginator

from extract.client.http import Api, ApiError, Body, EnvelopeError, require
from extract.client.watching import Watch
from extract.landing.contracts import Unreadable
from extract.landing.sink import Sink, Unit
from extract.landing.values import utc_day
from extract.sources.gemini.tables import ACTIVITY_EVENTS

SCOPE = "https://www.googleapis.com/auth/admin.reports.audit.readonly"
PATH = "/admin/reports/v1/activity/users/all/applications/gemini_in_workspace_apps"
KIND = "admin#reports#activities"
PAGE_SIZE = 1000
VALUES = ("value", "intValue", "boolValue", "multiValue", "multiIntValue")
HOW_TO_GET_ACCESS = (
    " Enable the Admin SDK API in the service account's project, authorise its client id for the scope "
    f"{SCOPE} in the Admin console (Security, API controls, Domain-wide delegation), and name an "
    "administrator with the Reports privilege in GOOGLE_REPORTS_SUBJECT."
)


def read_activities(api: Api, customer: str, unit: Unit, sink: Sink) -> None:
    """Read the activities of a unit."""
    seen: set[str] = set()

    def envelope(body: Body) -> Body:
        if "items" in body:
            require(body, "items")
        elif body.get("kind") != KIND:
            found = ", ".join(sorted(body)[:8]) or "nothing"
            raise EnvelopeError(
                f"the answer has neither 'items' nor the kind {KIND}; it has: {found}"
            )
        token = body.get("nextPageToken")
        if token:
            if token in seen:
                raise EnvelopeError("'nextPageToken' leads back to a page already read")
            seen.add(token)
        return body

    try:
        for body in api.pages(
            "GET",
            PATH,
            params={
                "startTime": f"{unit.since}T00:00:00.000Z",
                "endTime": f"{unit.until}T00:00:00.000Z",
                "customerId": customer,
                "maxResults": PAGE_SIZE,
            },
            paginator=JSONResponseCursorPaginator(
                cursor_path="nextPageToken", cursor_param="pageToken"
            ),
            envelope=envelope,
            # A log: what comes twice lands once, so it is read again for what came meanwhile, and believed.
            watch=Watch(rows="items", key=_identity, place=lambda _: PATH, known=sink.doubted),
        ):
            # Whether the end counts is not documented; midnight belongs to the next day, which asks for it.
            sink.add(
                ACTIVITY_EVENTS,
                [
                    row
                    for activity in body.get("items", [])
                    for row in event_rows(activity)
                    if not _is_at(row, unit.until)
                ],
            )
    except ApiError as error:
        if error.status in (401, 403):
            raise ApiError(
                f"{error}{HOW_TO_GET_ACCESS}", status=error.status, kind=error.kind
            ) from None
        raise


def _identity(activity: object) -> Hashable:
    """Return what tells an activity from others: its instant and its qualifier."""
    identity = activity.get("id") if isinstance(activity, dict) else None
    if not isinstance(identity, dict) or identity.get("uniqueQualifier") is None:
        return None
    return (str(identity.get("time")), str(identity["uniqueQualifier"]))


def _is_at(row: object, midnight: dt.date) -> bool:
    if not isinstance(row, dict) or row.get("usage_date") != midnight.isoformat():
        return False
    instant = dt.datetime.fromisoformat(row["id"]["time"]).astimezone(dt.UTC)
    return instant.time() == dt.time(0)


def event_rows(activity: object) -> list[object]:
    """Return an activity's events, each with what they share and its number in the activity."""
    if not isinstance(activity, dict):
        return [activity]
    shared = {name: value for name, value in activity.items() if name != "events"}
    shared["usage_date"] = _day(activity)
    events = activity.get("events")
    if not isinstance(events, list) or not events:
        return [Unreadable(shared, "events", "expected a list of events")]
    rows: list[object] = []
    for number, event in enumerate(events, start=1):
        if not isinstance(event, dict):
            rows.append(Unreadable(shared, "events", "expected an object for each event"))
            continue
        row = {**event, **shared, "event_number": number}
        parameters = _parameters(event.get("parameters"))
        if parameters is None:
            del row["parameters"]
            rows.append(
                Unreadable(row, "parameters", "expected a list of objects, each with a name")
            )
        else:
            rows.append({**row, "parameters": parameters})
    return rows


def _day(activity: dict[str, Any]) -> str | None:
    """Return the UTC day of an activity; None if its instant cannot be read."""
    identity = activity.get("id")
    text = identity.get("time") if isinstance(identity, dict) else None
    day = utc_day(text)
    return None if day is None else day.isoformat()


def _parameters(listed: object) -> dict[str, object] | None:
    """Return the parameters by name; None if they are no list of named values."""
    if listed is None:
        return {}
    if not isinstance(listed, list):
        return None
    found: dict[str, object] = {}
    for parameter in listed:
        if not isinstance(parameter, dict) or not isinstance(parameter.get("name"), str):
            return None
        found[parameter["name"]] = next(
            (parameter[kind] for kind in VALUES if kind in parameter), None
        )
    return found
