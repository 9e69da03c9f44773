import gzip
from collections.abc import Iterator

import httpx
import pytest

from sandbox.server import ServerOptions, running
from sandbox.server.limits import Limiter
from sandbox.server.options import SPREADSHEET_ID
from sandbox.server.service_account import SHEETS_SCOPES
from tests.integration.sandbox.conftest import Client
from tests.integration.sandbox.paged import paged_world
from tests.worlds.answers import ms
from tests.worlds.company import FIRST


@pytest.fixture
def limited(http: httpx.Client) -> Iterator[Client]:
    # An hour: no window ends while a test counts.
    with running(paged_world(), options=ServerOptions(rate_limit_window=3600)) as server:
        yield Client(server, http)


def _events(client: Client) -> httpx.Response:
    return client.cursor("/teams/filtered-usage-events", startDate=ms(FIRST), endDate=ms(FIRST) + 1)


def test_cursor_allows_twenty_requests_per_endpoint(limited: Client) -> None:
    statuses = [limited.cursor_get("/teams/members").status_code for _ in range(21)]
    assert statuses == [200] * 20 + [429]
    assert limited.cursor("/teams/spend").status_code == 200


def test_cursor_allows_sixty_requests_for_events(limited: Client) -> None:
    assert [_events(limited).status_code for _ in range(61)] == [200] * 60 + [429]


def test_google_counts_all_reads_of_a_user_together(limited: Client) -> None:
    token = "ya29.sandbox-of-this-test"
    limited.server.state.account.tokens[token] = SHEETS_SCOPES
    sheet = f"{limited.server.sheets_url}/v4/spreadsheets/{SPREADSHEET_ID}"
    headers = {"authorization": f"Bearer {token}"}
    paths = ["", "/values/people", "/values:batchGet?ranges=people"] * 20 + [""]
    answers = [limited.http.get(sheet + path, headers=headers) for path in paths]
    assert [answer.status_code for answer in answers] == [200] * 60 + [429]
    assert answers[-1].json()["error"]["status"] == "RESOURCE_EXHAUSTED"


def test_cursor_says_how_long_to_wait_in_the_admin_shape(limited: Client) -> None:
    answers = [limited.cursor("/teams/spend") for _ in range(21)]
    assert answers[-1].json() == {"code": "error", "message": "Rate limit exceeded"}
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 3600


def test_refused_keys_do_not_use_up_the_limit(limited: Client) -> None:
    url = limited.server.cursor_url + "/teams/members"
    assert {limited.http.get(url).status_code for _ in range(25)} == {401}
    assert limited.cursor_get("/teams/members").status_code == 200


def test_anthropic_has_no_documented_limit(limited: Client) -> None:
    assert {limited.anthropic("/me").status_code for _ in range(80)} == {200}


def test_limiter_starts_again_with_each_window() -> None:
    now = 100.0
    limiter = Limiter(60, clock=lambda: now)
    assert [limiter.take("a", 2) for _ in range(3)] == [None, None, 20]
    assert limiter.take("b", 2) is None
    now = 119.9
    assert limiter.take("a", 2) == 1
    now = 120.0
    assert limiter.take("a", 2) is None


def test_answers_are_compressed_only_for_those_who_accept_it(client: Client) -> None:
    url = f"{client.server.anthropic_url}/v1/organizations/users"
    headers = dict(client.anthropic("/me").request.headers)
    with client.http.stream("GET", url, headers={**headers, "accept-encoding": "gzip"}) as packed:
        raw = b"".join(packed.iter_raw())
        assert packed.headers["content-encoding"] == "gzip"
    plain = client.http.get(url, headers={**headers, "accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert gzip.decompress(raw) == plain.content
