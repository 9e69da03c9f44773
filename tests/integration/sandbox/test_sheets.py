import json
import time
from typing import Any

import gspread
import gspread.http_client
import httpx
import pytest
import requests
from google.auth.crypt import RSASigner
from google.auth.jwt import encode
from google.auth.transport.requests import Request as TokenRequest
from google.oauth2.service_account import Credentials

from sandbox.server import Running
from sandbox.server.options import SPREADSHEET_ID, UNSHARED_SPREADSHEET_ID
from sandbox.server.sheets import TABS
from tests.integration.sandbox.conftest import Client
from tests.worlds.people import ADA, BOB

SCOPE = "https://www.googleapis.com/auth/spreadsheets.readonly"
GOOGLE = "https://sheets.googleapis.com"


def _signed_in(server: Running, scope: str = SCOPE) -> Credentials:
    credentials: Credentials = Credentials.from_service_account_file(  # type: ignore[no-untyped-call]
        server.credentials, scopes=[scope]
    )
    credentials.refresh(TokenRequest())  # type: ignore[no-untyped-call]
    return credentials


def _gspread(server: Running) -> gspread.Client:
    class Local(gspread.http_client.HTTPClient):
        def request(self, method: str, endpoint: str, *args: Any, **more: Any) -> Any:
            endpoint = endpoint.replace(GOOGLE, server.sheets_url)
            return super().request(method, endpoint, *args, **more)

    # A plain session: google-auth's own asks Google in the background where the account may be
    # used, and a test must not leave this machine.
    credentials = _signed_in(server)
    session = requests.Session()
    session.headers["Authorization"] = f"Bearer {credentials.token}"
    return gspread.Client(credentials, session=session, http_client=Local)


def test_gspread_reads_tabs_by_key(client: Client) -> None:
    book = _gspread(client.server).open_by_key(SPREADSHEET_ID)
    assert book.title == "AI usage"
    titles = [sheet.title for sheet in book.worksheets()]
    assert titles == list(TABS)
    rows = book.worksheet("people").get_all_records(
        numericise_ignore=["all"], expected_headers=["email", "name", "team"]
    )
    assert [row["email"] for row in rows] == [ADA, "", BOB]
    assert rows[2]["name"] == "007"


def test_gspread_reads_several_ranges_at_once(client: Client) -> None:
    book = _gspread(client.server).open_by_key(SPREADSHEET_ID)
    answer = book.values_batch_get(["people!A2:B2", "invoices"])
    assert [found["values"] for found in answer["valueRanges"]] == [
        [[ADA, "Ada"]],
        [["vendor", "amount"], ["cursor", "1234.50"]],
    ]


def test_gspread_cannot_open_what_is_not_shared_or_does_not_exist(client: Client) -> None:
    google = _gspread(client.server)
    with pytest.raises(PermissionError):
        google.open_by_key(UNSHARED_SPREADSHEET_ID)
    with pytest.raises(gspread.SpreadsheetNotFound):
        google.open_by_key("1Unknown")


def _get(client: Client, path: str, token: str | None = None, **params: str) -> httpx.Response:
    headers = {"authorization": f"Bearer {token or _signed_in(client.server).token}"}
    url = f"{client.server.sheets_url}/v4/spreadsheets/{SPREADSHEET_ID}{path}"
    return client.http.get(url, headers=headers, params=params)


def test_values_leave_out_trailing_blanks_and_keep_blank_rows_in_the_middle(
    client: Client,
) -> None:
    answer = _get(client, "/values/people").json()
    assert answer["majorDimension"] == "ROWS"
    assert answer["values"] == [
        ["email", "name", "team"],
        [ADA, "Ada", "Platform"],
        [],
        [BOB, "007"],
    ]


def test_values_of_an_empty_tab_are_absent(client: Client) -> None:
    answer = _get(client, "/values/budgets").json()
    assert "values" not in answer
    assert answer["range"].startswith("budgets!A1:")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("people!A1:B2", [["email", "name"], [ADA, "Ada"]]),
        ("'people'!B1:B", [["name"], ["Ada"], [], ["007"]]),
        ("people!A2", [[ADA]]),
        ("people!2:2", [[ADA, "Ada", "Platform"]]),
    ],
)
def test_values_of_a_range(client: Client, text: str, expected: list[list[str]]) -> None:
    assert _get(client, f"/values/{text}").json()["values"] == expected


def test_values_unformatted_turn_numbers_into_numbers(client: Client) -> None:
    answer = _get(client, "/values/invoices", valueRenderOption="UNFORMATTED_VALUE").json()
    assert answer["values"] == [["vendor", "amount"], ["cursor", 1234.5]]


@pytest.mark.parametrize("text", ["nothing", "people!A1:B2:C3", "'people", "people!%3F"])
def test_values_of_a_wrong_range_are_refused(client: Client, text: str) -> None:
    answer = _get(client, f"/values/{text}")
    assert (answer.status_code, answer.json()["error"]["status"]) == (400, "INVALID_ARGUMENT")


def test_values_without_a_token_of_this_server_are_refused(client: Client) -> None:
    answer = _get(client, "/values/people", token="ya29.wrong")
    assert (answer.status_code, answer.json()["error"]["status"]) == (401, "UNAUTHENTICATED")


def test_values_with_a_token_for_something_else_are_refused(client: Client) -> None:
    token = _signed_in(client.server, "https://www.googleapis.com/auth/calendar").token
    answer = _get(client, "/values/people", token=token)
    assert (answer.status_code, answer.json()["error"]["status"]) == (403, "PERMISSION_DENIED")


def test_token_needs_a_signature_of_the_accounts_key(client: Client) -> None:
    url = f"{client.server.sheets_url}/token"
    grant = "urn:ietf:params:oauth:grant-type:jwt-bearer"
    forged = client.http.post(url, data={"grant_type": grant, "assertion": "e30.e30.e30"})
    assert (forged.status_code, forged.json()["error"]) == (400, "invalid_grant")
    other = client.http.post(url, data={"grant_type": "password"})
    assert (other.status_code, other.json()["error"]) == (400, "unsupported_grant_type")


@pytest.mark.parametrize(
    ("changes", "error", "words"),
    [
        ({"iss": "somebody@else.example"}, "invalid_grant", "account"),
        ({"aud": "https://elsewhere.example/token"}, "invalid_grant", "audience"),
        ({"exp": 1}, "invalid_grant", "short-lived"),
        ({"iat": 4_000_000_000}, "invalid_grant", "short-lived"),
        ({"scope": ""}, "invalid_scope", "scope"),
    ],
)
def test_token_claim_is_verified_in_full(
    client: Client, changes: dict[str, object], error: str, words: str
) -> None:
    account = json.loads(client.server.credentials.read_text())
    now = int(time.time())
    claims = {
        "iss": account["client_email"],
        "aud": account["token_uri"],
        "iat": now,
        "exp": now + 600,
        "scope": SCOPE,
    }
    signer = RSASigner.from_service_account_info(account)  # type: ignore[no-untyped-call]
    grant = "urn:ietf:params:oauth:grant-type:jwt-bearer"

    def answer(body: dict[str, object]) -> httpx.Response:
        assertion = encode(signer, body).decode()  # type: ignore[no-untyped-call]
        form = {"grant_type": grant, "assertion": assertion}
        return client.http.post(account["token_uri"], data=form)

    assert answer({**claims}).status_code == 200
    refused = answer({**claims, **changes})
    assert (refused.status_code, refused.json()["error"]) == (400, error)
    assert words in refused.json()["error_description"]


def test_credentials_file_is_private_and_points_at_the_server(client: Client) -> None:
    path = client.server.credentials
    assert path.stat().st_mode & 0o077 == 0
    assert json.loads(path.read_text())["token_uri"] == f"{client.server.sheets_url}/token"
