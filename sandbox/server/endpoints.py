"""The endpoints that are imitated: name, method, path and where their rows are.

A name is `<vendor>.<endpoint>`; faults and counters use it. Endpoints that land in a raw
table carry that table's name.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Endpoint:
    """One imitated endpoint; `rows` is the key of the list of rows in its answer.

    `also` is a second path to the same.
    """

    vendor: str
    name: str
    method: str
    path: str
    rows: str | None = "data"
    per_minute: int | None = None
    also: str | None = None

    @property
    def full_name(self) -> str:
        """Return `<vendor>.<endpoint>`."""
        return f"{self.vendor}.{self.name}"


_ORG = "/anthropic/v1/organizations"
_ACTIVITIES = "/gemini/admin/reports/v1/activity/users/{user_key}/applications/{application}"
_GITHUB = "/github"
_BODY = "(the body)"


def _in_repository(name: str, rest: str, rows: str | None = _BODY) -> Endpoint:
    """Return an endpoint of a repository, which is named or numbered."""
    named, numbered = (
        f"{_GITHUB}/{way}{rest}" for way in ("repos/{owner}/{repo}", "repositories/{repository_id}")
    )
    return Endpoint("github", name, "GET", named, rows, also=numbered)


_SHEET = "/sheets/v4/spreadsheets/{spreadsheet_id}"

ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint("cursor", "team_members", "GET", "/cursor/teams/members", "teamMembers", 20),
    Endpoint("cursor", "daily_usage", "POST", "/cursor/teams/daily-usage-data", "data", 20),
    Endpoint("cursor", "spend", "POST", "/cursor/teams/spend", "teamMemberSpend", 20),
    Endpoint(
        "cursor", "usage_events", "POST", "/cursor/teams/filtered-usage-events", "usageEvents", 60
    ),
    Endpoint("cursor", "groups", "GET", "/cursor/teams/groups", "groups", 20),
    Endpoint("anthropic", "usage_report_messages", "GET", f"{_ORG}/usage_report/messages"),
    Endpoint("anthropic", "cost_report", "GET", f"{_ORG}/cost_report"),
    Endpoint("anthropic", "analytics_cost", "GET", f"{_ORG}/analytics/cost"),
    Endpoint("anthropic", "usage_report_claude_code", "GET", f"{_ORG}/usage_report/claude_code"),
    Endpoint("anthropic", "api_keys", "GET", f"{_ORG}/api_keys"),
    Endpoint("anthropic", "users", "GET", f"{_ORG}/users"),
    Endpoint("anthropic", "workspaces", "GET", f"{_ORG}/workspaces"),
    Endpoint("anthropic", "workspace", "GET", f"{_ORG}/workspaces/{{workspace_id}}", None),
    Endpoint(
        "anthropic", "workspace_members", "GET", f"{_ORG}/workspaces/{{workspace_id}}/members"
    ),
    Endpoint("anthropic", "invites", "GET", f"{_ORG}/invites"),
    Endpoint("anthropic", "organization", "GET", f"{_ORG}/me", None),
    Endpoint("anthropic", "service_accounts", "GET", f"{_ORG}/service_accounts"),
    Endpoint(
        "anthropic",
        "service_account_workspaces",
        "GET",
        f"{_ORG}/service_accounts/{{account_id}}/workspaces",
    ),
    Endpoint("anthropic", "rbac_groups", "GET", f"{_ORG}/rbac_groups"),
    Endpoint("anthropic", "rbac_group_members", "GET", f"{_ORG}/rbac_groups/{{group_id}}/members"),
    Endpoint("anthropic", "spend_limit_usage", "GET", f"{_ORG}/spend_limits/effective"),
    Endpoint("anthropic", "spend_limits", "GET", f"{_ORG}/spend_limits"),
    Endpoint("claude_ai", "daily_users", "GET", f"{_ORG}/analytics/users", "data", 60),
    Endpoint("claude_ai", "daily_summaries", "GET", f"{_ORG}/analytics/summaries", "summaries", 60),
    Endpoint(
        "claude_ai", "user_cost_report", "GET", f"{_ORG}/analytics/user_cost_report", "data", 60
    ),
    Endpoint(
        "claude_ai", "user_usage_report", "GET", f"{_ORG}/analytics/user_usage_report", "data", 60
    ),
    Endpoint(
        "claude_ai", "organization_cost_report", "GET", f"{_ORG}/analytics/cost_report", "data", 60
    ),
    Endpoint("gemini", "activity_events", "GET", _ACTIVITIES, "items"),
    _in_repository("repository", "", None),
    _in_repository("pull_requests", "/pulls"),
    _in_repository("pull_request_review_comments", "/pulls/comments"),
    _in_repository("pull_request_commits", "/pulls/{number}/commits"),
    _in_repository("pull_request_reviews", "/pulls/{number}/reviews"),
    _in_repository("pull_request_issue_comments", "/issues/comments"),
    _in_repository("issue_events", "/issues/events"),
    _in_repository("deployments", "/deployments"),
    _in_repository("deployment_statuses", "/deployments/{deployment_id}/statuses"),
    _in_repository("workflow_runs", "/actions/runs", "workflow_runs"),
    _in_repository("workflow_run_attempt", "/actions/runs/{run_id}/attempts/{attempt}", None),
    _in_repository("releases", "/releases"),
    _in_repository("commits", "/commits"),
    Endpoint("github", "teams", "GET", f"{_GITHUB}/orgs/{{org}}/teams", _BODY),
    Endpoint(
        "github", "team_members", "GET", f"{_GITHUB}/orgs/{{org}}/teams/{{slug}}/members", _BODY
    ),
    Endpoint("sheets", "token", "POST", "/sheets/token", None),
    Endpoint("sheets", "values_batch", "GET", f"{_SHEET}/values:batchGet", "valueRanges", 60),
    Endpoint("sheets", "values", "GET", f"{_SHEET}/values/{{range:path}}", "values", 60),
    Endpoint("sheets", "metadata", "GET", _SHEET, "sheets", 60),
)
"""In the order in which routes are tried."""

WHOLE_BODY = _BODY
"""Where the rows of an answer are that is a list itself."""

QUOTA_POOLS = {
    "values_batch": "sheets.read",
    "values": "sheets.read",
    "metadata": "sheets.read",
    "daily_users": "claude_ai",
    "daily_summaries": "claude_ai",
    "user_cost_report": "claude_ai",
    "user_usage_report": "claude_ai",
    "organization_cost_report": "claude_ai",
}
"""Google counts all reads of one user together, claude.ai all requests of the organisation; the
others count each endpoint on its own."""
