"""Google's Reports API: the activities of Gemini in Google Workspace.

Newest first, `items` missing when there are none, nothing older than 180 days and no word about
it. Parameters that make no sense are ignored; of repeated ones the last wins.
"""

import base64
import binascii
from datetime import UTC, date, datetime, timedelta

from starlette.requests import Request

from sandbox.server.answers import Answer, JsonObject, json_answer, reports_error
from sandbox.server.options import REPORTS_SUBJECT
from sandbox.server.service_account import REPORTS_SCOPE
from sandbox.server.state import State

_MOST = 1000
_APPLICATION = "gemini_in_workspace_apps"


def guard(request: Request, state: State) -> Answer | None:
    """Let in who brings a token with the reports scope, taken for an administrator."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    scopes = state.account.tokens.get(token) if scheme.lower() == "bearer" else None
    if scopes is None:
        return reports_error(401)
    if REPORTS_SCOPE not in scopes:
        return reports_error(
            403, "Request had insufficient authentication scopes.", "insufficientPermissions"
        )
    if state.account.subjects.get(token) != REPORTS_SUBJECT:
        return reports_error(401, "Access denied. You are not authorized to read activity records.")
    if request.path_params["application"] != _APPLICATION:
        return reports_error(400, "Bad Request", "invalid")
    customer = request.query_params.get("customerId", "my_customer")
    if customer not in ("my_customer", state.world.google_customer()):
        return reports_error(403, "Not Authorized to access this resource/api", "forbidden")
    return None


def _instant(text: str | None) -> datetime | None:
    """Read an instant; what cannot be read is as if it had not been sent."""
    try:
        parsed = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return parsed.astimezone(UTC) if parsed.tzinfo else None


def _limit(text: str | None) -> int:
    number = int(text) if text and text.isascii() and text.isdigit() else _MOST
    return number if 1 <= number <= _MOST else _MOST


def _position(token: str) -> tuple[date, int] | None:
    try:
        text = base64.urlsafe_b64decode(token.removeprefix("R:")).decode("ascii")
        day, _, offset = text.partition("#")
        return date.fromisoformat(day), int(offset)
    except (ValueError, binascii.Error):
        return None


def _token(day: date, offset: int) -> str:
    return "R:" + base64.urlsafe_b64encode(f"{day}#{offset}".encode()).decode()


async def activities(request: Request, state: State) -> Answer:
    """GET /admin/reports/v1/activity/users/{userKey}/applications/{applicationName}."""
    asked = {name: request.query_params.getlist(name)[-1] for name in request.query_params}
    limit = _limit(asked.get("maxResults"))
    start = _instant(asked.get("startTime"))
    end = _instant(asked.get("endTime"))
    newest = state.today()
    if end is not None:
        newest = min(newest, end.date())
    day, offset = newest, 0
    if "pageToken" in asked:
        found = _position(asked["pageToken"])
        if found is None:
            return reports_error(400, "Invalid page token.", "invalid")
        day, offset = found
    oldest = state.world.first_day
    if start is not None:
        oldest = max(oldest, start.date())
    user = request.path_params["user_key"]
    items: list[JsonObject] = []
    following: str | None = None
    while day >= oldest:
        rows = [
            row
            for row in state.world.gemini_activities(day)
            if _is_wanted(row, start, end, user, asked.get("eventName"))
        ]
        taken = rows[offset : offset + limit - len(items)]
        items.extend(taken)
        offset += len(taken)
        if offset < len(rows):
            following = _token(day, offset)
            break
        day, offset = day - timedelta(days=1), 0
        if len(items) == limit and day >= oldest:
            following = _token(day, 0)
            break
    body: JsonObject = {"kind": "admin#reports#activities", "etag": '"sandbox"'}
    if items:
        body["items"] = items
    if following:
        body["nextPageToken"] = following
    return json_answer(body)


def _is_wanted(
    row: JsonObject,
    start: datetime | None,
    end: datetime | None,
    user: str,
    event_name: str | None,
) -> bool:
    moment = datetime.fromisoformat(row["id"]["time"])
    if (start is not None and moment < start) or (end is not None and moment >= end):
        return False
    if user != "all" and row["actor"].get("email", "").lower() != user.lower():
        return False
    names = {event["name"] for event in row["events"]}
    return event_name is None or event_name in names
