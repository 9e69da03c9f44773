"""Anthropic's directory: API keys, users, workspaces, members, invites, the organisation.

Lists go on with `after_id` (or back with `before_id`); there is no page and no offset, and a
client that sends one gets the first page again and again.
"""

from collections.abc import Mapping, Sequence

from starlette.datastructures import QueryParams
from starlette.requests import Request

from sandbox.server.answers import Answer, JsonObject, anthropic_error, json_answer
from sandbox.server.anthropic import InvalidRequestError, limit_of
from sandbox.server.state import State


def _position(rows: Sequence[JsonObject], id_field: str, cursor: str, name: str) -> int:
    for index, row in enumerate(rows):
        if row[id_field] == cursor:
            return index
    raise InvalidRequestError(f"{name}: no such object")


def _listed(query: QueryParams, rows: Sequence[JsonObject], id_field: str = "id") -> Answer:
    try:
        limit = limit_of(query, 20, 1000)
        after, before = query.get("after_id"), query.get("before_id")
        if after is not None and before is not None:
            raise InvalidRequestError("Only one of after_id and before_id may be given")
        if before is not None:
            end = _position(rows, id_field, before, "before_id")
            start = max(0, end - limit)
            has_more = start > 0
        else:
            start = 0 if after is None else _position(rows, id_field, after, "after_id") + 1
            end = start + limit
            has_more = end < len(rows)
    except InvalidRequestError as error:
        return anthropic_error(400, str(error))
    page = list(rows[start:end])
    return json_answer(
        {
            "data": page,
            "has_more": has_more,
            "first_id": page[0][id_field] if page else None,
            "last_id": page[-1][id_field] if page else None,
        }
    )


def _filtered(
    query: QueryParams, rows: Sequence[JsonObject], fields: Mapping[str, str]
) -> list[JsonObject]:
    kept = list(rows)
    for name, field in fields.items():
        allowed = query.getlist(name)
        if allowed:
            kept = [row for row in kept if row.get(field) in allowed]
    return kept


async def api_keys(request: Request, state: State) -> Answer:
    """GET /v1/organizations/api_keys."""
    query = request.query_params
    fields = {"status": "status", "workspace_id": "workspace_id"}
    rows = _filtered(query, state.world.api_keys(), fields)
    creator = query.get("created_by_user_id")
    if creator is not None:
        rows = [row for row in rows if (row.get("created_by") or {}).get("id") == creator]
    return _listed(query, rows)


async def users(request: Request, state: State) -> Answer:
    """GET /v1/organizations/users."""
    query = request.query_params
    fields = {"email": "email", "roles[]": "role"}
    return _listed(query, _filtered(query, state.world.users(), fields))


async def workspaces(request: Request, state: State) -> Answer:
    """GET /v1/organizations/workspaces: without the default workspace."""
    query = request.query_params
    archived = query.get("include_archived", "false").lower()
    if archived not in {"true", "false"}:
        return anthropic_error(400, "include_archived: Input should be a valid boolean")
    return _listed(query, state.world.workspaces(archived == "true"))


async def workspace(request: Request, state: State) -> Answer:
    """GET /v1/organizations/workspaces/{id}: the default workspace as well."""
    wanted = request.path_params["workspace_id"]
    for row in [state.world.default_workspace(), *state.world.workspaces(True)]:
        if row["id"] == wanted:
            return json_answer(row)
    return anthropic_error(404, f"Workspace {wanted} not found")


async def workspace_members(request: Request, state: State) -> Answer:
    """GET /v1/organizations/workspaces/{id}/members: the cursor is the user's id."""
    wanted = request.path_params["workspace_id"]
    known = [state.world.default_workspace(), *state.world.workspaces(True)]
    if all(row["id"] != wanted for row in known):
        return anthropic_error(404, f"Workspace {wanted} not found")
    return _listed(request.query_params, state.world.workspace_members(wanted), "user_id")


async def invites(request: Request, state: State) -> Answer:
    """GET /v1/organizations/invites."""
    query = request.query_params
    fields = {"email": "email", "roles[]": "role", "statuses[]": "status"}
    return _listed(query, _filtered(query, state.world.invites(), fields))


async def organization(request: Request, state: State) -> Answer:
    """GET /v1/organizations/me."""
    del request
    return json_answer(state.world.organization())
