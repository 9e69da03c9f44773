"""Settings of the stand-in server: the company it serves, its keys and its limits.

All credentials here are invented and open nothing but this server.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

CURSOR_KEY = "crsr_sandbox_admin_0000000000000000"
CURSOR_TEAM_PLAN_KEY = "crsr_sandbox_teamplan_00000000000000"
"""A valid key of a team that is not on the Enterprise plan: answered with 403."""

ANTHROPIC_ADMIN_KEY = "sk-ant-admin01-sandbox-0000000000000000"
ANTHROPIC_NORMAL_KEY = "sk-ant-api03-sandbox-00000000000000000"
"""A valid key for messages: the Admin API answers it with 403."""

ANTHROPIC_ANALYTICS_KEY = "sk-ant-analytics01-sandbox-0000000000"
"""The key of Enterprise Analytics: the Admin API answers it with 403, as Analytics an Admin key."""

GITHUB_KEY = "github_sandbox_0000000000000000000000000"
"""The personal access token of GitHub's REST API."""

REPORTS_SUBJECT = "workspace-admin@harbourline.example"
"""The Workspace administrator for whom the service account may read the reports."""

SPREADSHEET_ID = "1SandboxSpreadsheet000000000000000000000000"
UNSHARED_SPREADSHEET_ID = "1SandboxUnshared00000000000000000000000000"
"""Exists, but nobody shared it with the service account: answered with 403."""

SERVICE_ACCOUNT_EMAIL = "loader@sandbox.example"


def today() -> date:
    """Return today's UTC day."""
    return datetime.now(UTC).date()


@dataclass(frozen=True)
class WorldOptions:
    """Which invented company is served.

    `revision`, `cost_lag_days`, `late_days` and `shape` are those of the world's `Scenario`:
    restated past days, a bill that is behind, usage that is still to come, an odd organisation.
    `spike` plants two days of exceptional spend, see `spike_days`.
    """

    people: int = 40
    days: int = 90
    seed: int = 7
    as_of: date = field(default_factory=today)
    revision: int = 0
    cost_lag_days: int = 1
    late_days: int = 0
    shape: str = "company"
    spike: bool = False


@dataclass(frozen=True)
class ServerOptions:
    """How the server behaves, whatever the company."""

    rate_limit_window: float = 60.0
    rate_limits: bool = True
    replay: Path | None = None
