"""The ASGI program: every imitated endpoint behind its middleware, on one port.

Base URLs: `/cursor`, `/anthropic` (claude.ai as well), `/gemini`, `/github` and `/sheets`; `/_sandbox/` is for tests.
"""

from collections.abc import Mapping

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from sandbox.server import (
    anthropic,
    anthropic_claude_code,
    anthropic_costs,
    anthropic_lists,
    anthropic_reports,
    claude_analytics,
    claude_analytics_costs,
    claude_analytics_totals,
    cursor,
    cursor_daily,
    cursor_events,
    github,
    reports,
    sheets,
)
from sandbox.server.admin import admin_routes
from sandbox.server.answers import vendor_error
from sandbox.server.anthropic_access import SPEND_LIMITS_BETA, listing
from sandbox.server.endpoints import ENDPOINTS
from sandbox.server.middleware import Guard, Handler, Middleware
from sandbox.server.options import WorldOptions
from sandbox.server.state import State
from sandbox.server.transport import WithTransport

GUARDS: Mapping[str, Guard] = {
    "cursor": cursor.guard,
    "anthropic": anthropic.guard,
    "claude_ai": claude_analytics.guard,
    "gemini": reports.guard,
    "github": github.guard,
    "sheets": sheets.guard,
}
HANDLERS: Mapping[str, Handler] = {
    "cursor.team_members": cursor.team_members,
    "cursor.daily_usage": cursor_daily.daily_usage,
    "cursor.spend": cursor.spend,
    "cursor.usage_events": cursor_events.usage_events,
    "cursor.groups": cursor.groups,
    "anthropic.usage_report_messages": anthropic_reports.usage_report_messages,
    "anthropic.cost_report": anthropic_reports.cost_report,
    "anthropic.analytics_cost": anthropic_costs.cost,
    "anthropic.usage_report_claude_code": anthropic_claude_code.usage_report_claude_code,
    "anthropic.api_keys": anthropic_lists.api_keys,
    "anthropic.users": anthropic_lists.users,
    "anthropic.workspaces": anthropic_lists.workspaces,
    "anthropic.workspace": anthropic_lists.workspace,
    "anthropic.workspace_members": anthropic_lists.workspace_members,
    "anthropic.invites": anthropic_lists.invites,
    "anthropic.organization": anthropic_lists.organization,
    "anthropic.service_accounts": listing("service_accounts"),
    "anthropic.service_account_workspaces": listing("service_account_workspaces", "account_id"),
    "anthropic.rbac_groups": listing("rbac_groups"),
    "anthropic.rbac_group_members": listing("rbac_group_members", "group_id"),
    "anthropic.spend_limits": listing("spend_limits", beta=SPEND_LIMITS_BETA),
    "anthropic.spend_limit_usage": listing("spend_limit_usage", beta=SPEND_LIMITS_BETA),
    "claude_ai.daily_users": claude_analytics.users,
    "claude_ai.daily_summaries": claude_analytics.summaries,
    "claude_ai.user_cost_report": claude_analytics_costs.user_cost_report,
    "claude_ai.user_usage_report": claude_analytics_costs.user_usage_report,
    "claude_ai.organization_cost_report": claude_analytics_totals.cost_report,
    "gemini.activity_events": reports.activities,
    **{f"github.{name}": github.of_repository(lister) for name, lister in github.LISTERS.items()},
    "github.teams": github.teams,
    "github.team_members": github.team_members,
    "sheets.token": sheets.token,
    "sheets.values_batch": sheets.values_batch,
    "sheets.values": sheets.values,
    "sheets.metadata": sheets.metadata,
}


async def _unknown(request: Request, error: Exception) -> Response:
    """Answer what no route knows in the words of the vendor."""
    status = getattr(error, "status_code", 404)
    vendor = request.url.path.split("/")[1]
    answer = vendor_error(vendor, status)
    return Response(answer.body, status, dict(answer.headers), answer.content_type)


def create_app(state: State, world_options: WorldOptions | None = None) -> ASGIApp:
    """Build the program around a state."""
    routes: list[Route] = []
    for endpoint in ENDPOINTS:
        answering = Middleware(
            endpoint, GUARDS[endpoint.vendor], HANDLERS[endpoint.full_name], state
        )
        routes += [
            Route(path, answering, methods=[endpoint.method])
            for path in (endpoint.path, endpoint.also)
            if path
        ]
    program = Starlette(
        routes=[*routes, *admin_routes(state, world_options)],
        exception_handlers={404: _unknown, 405: _unknown},
    )
    # A slash too many is unknown to all of these vendors.
    program.router.redirect_slashes = False
    return WithTransport(program)
