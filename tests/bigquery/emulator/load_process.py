"""The loaders as `python -m extract` runs them, with credentials that never leave the machine.

dlt's stock BigQuery destination and every statement it sends are untouched; the client library finds
the emulator by BIGQUERY_EMULATOR_HOST, which is its own variable.
"""

import sys

from dlt.common.configuration.specs import GcpServiceAccountCredentials
from google.auth.credentials import AnonymousCredentials

from extract.cli import run_all
from extract.config import read_settings


def anonymous(project: str) -> GcpServiceAccountCredentials:
    """Return credentials that are what dlt makes of the default ones, without a secret."""
    credentials = GcpServiceAccountCredentials()
    credentials.project_id = project
    credentials._set_default_credentials(AnonymousCredentials())  # type: ignore[no-untyped-call]
    credentials.resolve()
    return credentials


def main() -> int:
    """Load what the environment says."""
    settings = read_settings()
    project = settings.bigquery_project or ""
    return run_all(settings, credentials=anonymous(project))


if __name__ == "__main__":
    sys.exit(main())
