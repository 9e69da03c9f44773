"""What every part of the fourth step has: the company that is loaded, a client, and the figures in the end."""

from dataclasses import dataclass, field

from google.auth.credentials import AnonymousCredentials
from google.cloud import bigquery

from tests.bigquery.emulator.publishing import Publishing
from tests.bigquery.emulator.running import Emulator
from tests.bigquery.emulator.sent import Sent
from tests.bigquery.workspace import PROJECT

AS_OF = "2026-06-03"
COMPANY = {
    "SANDBOX_PEOPLE": "6",
    "SANDBOX_DAYS": "10",
    "AS_OF": AS_OF,
    "SINCE": "2026-05-24",
    "PIPELINE_RUN_ID": "bigquery-check",
    "HTTP_BACKOFF_SECONDS": "0.1",
}
ROUNDS = ("first load", "restated and built again")


@dataclass
class EndToEnd:
    """What was loaded, built and compared."""

    tables: int = 0
    rows: int = 0
    failures: list[str] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)
    fixes: dict[str, int] = field(default_factory=dict)
    sent: Sent = field(default_factory=Sent)
    published: Publishing = field(default_factory=Publishing)


def client_of(emulator: Emulator) -> bigquery.Client:
    """Return a client of the emulator, without an account."""
    return bigquery.Client(
        PROJECT,
        credentials=AnonymousCredentials(),  # type: ignore[no-untyped-call]
        client_options={"api_endpoint": emulator.address},
    )
