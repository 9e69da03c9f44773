"""Google Sheets through gspread: cells as excerpt, bounded retries, words that say what to do.

gspread's own back-off client never gives up, so requests go through a small client of ours with the
same bounds as every other vendor. Cells are never turned into numbers: "007" stays "007".
"""

import re
from collections.abc import Mapping
from typing import Any

import gspread
import orjson
import requests
from google.auth.credentials import Credentials as GoogleCredentials
from google.auth.exceptions import GoogleAuthError
from gspread.http_client import HTTPClient
from gspread.urls import SPREADSHEETS_API_V4_BASE_URL
from requests import Response
from requests.exceptions import RequestException

from extract.client.bounded import read_bounded
from extract.client.google_account import (
    access_token,
    account_email,
    google_credentials,
    is_refusal,
)
from extract.client.http import TIMEOUT_SECONDS, ApiError, EnvelopeError, retry_after, vendor_words
from extract.client.json_body import parse
from extract.client.retries import Retry, call_with_retries
from extract.config import Settings
from extract.landing.errors import SourceError
from extract.landing.redaction import LONGEST, body_summary, excerpt
from extract.sources.sheets.rows import Cells

SCOPES = ["https://www.googleapis.com/auth/spreadsheets.readonly"]
TIMEOUT = TIMEOUT_SECONDS


class _AnswerError(Exception):
    """An answer that is not a whole good one."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.status_code)
        self.response = response


class Book:
    """One spreadsheet, opened at the first tab that is asked for."""

    def __init__(self, settings: Settings) -> None:
        """Keep the settings; nothing is requested yet."""
        self._settings = settings
        self._tabs: dict[str, gspread.Worksheet] | None = None
        self._failure: SourceError | None = None

    def cells(self, tab: str) -> Cells | None:
        """Return the cells of a tab as text, or None if the spreadsheet has no such tab."""
        sheet = self._open().get(tab)
        if sheet is None:
            return None
        # get_all_values leaves cells as shown; get_all_records would need
        # numericise_ignore=["all"] and would lose the row numbers.
        return [[str(cell) for cell in line] for line in sheet.get_all_values()]

    def _open(self) -> dict[str, gspread.Worksheet]:
        if self._failure is not None:
            raise self._failure
        if self._tabs is None:
            try:
                credentials = google_credentials(
                    "sheets", self._settings.google_credentials, SCOPES
                )
                client = gspread.Client(
                    auth=credentials,
                    session=requests.Session(),
                    http_client=_client_class(self._settings, credentials),
                )
                book = client.open_by_key(self._settings.sheets_spreadsheet_id or "")
                self._tabs = {sheet.title: sheet for sheet in book.worksheets()}
            except SourceError as error:
                self._failure = error
                raise
        return self._tabs


def _client_class(settings: Settings, credentials: GoogleCredentials) -> type[HTTPClient]:
    """Return gspread's client with our base URL, timeout, retries and errors."""

    class BoundedClient(HTTPClient):
        def request(  # type: ignore[override]
            self,
            method: str,
            endpoint: str,
            params: Mapping[str, Any] | None = None,
            **_: Any,  # noqa: ANN401 - gspread's other arguments belong to writes
        ) -> Response:
            if settings.sheets_api_url:
                endpoint = endpoint.replace(
                    SPREADSHEETS_API_V4_BASE_URL, f"{settings.sheets_api_url}/v4/spreadsheets"
                )
            where = "sheets: " + method.upper() + " " + re.sub(r"^https?://[^/]+", "", endpoint)

            def once() -> Response:
                response: Response = self.session.request(
                    method,
                    endpoint,
                    params=params,
                    headers={"Authorization": f"Bearer {access_token(credentials, self.session)}"},
                    timeout=TIMEOUT,
                    allow_redirects=False,
                    stream=True,
                )
                read_bounded(response, where, settings.limits)
                if response.status_code != 200 or not _is_json(response):
                    raise _AnswerError(response)
                return response

            try:
                response = call_with_retries(
                    "Google Sheets",
                    once,
                    backoff_seconds=settings.http_backoff_seconds,
                    verdict=_verdict,
                    exceptions=(_AnswerError, RequestException, GoogleAuthError),
                )
            except _AnswerError as error:
                raise _typed(where, error.response, account_email(credentials)) from None
            except (RequestException, GoogleAuthError) as error:
                words = settings.redact(str(error))[:LONGEST]
                raise ApiError(
                    f"{where}: no answer or no token from Google: {type(error).__name__}: {words}"
                ) from None

            _check_envelope(where, endpoint, response)
            return response

    return BoundedClient


def _check_envelope(where: str, endpoint: str, response: Response) -> None:
    """Tell an answer that lacks its keys from an empty tab, which has a range but no values."""
    body = response.json()
    key = "range" if "/values/" in endpoint else "sheets"
    if key not in body:
        raise EnvelopeError(
            f"{where}: the answer lacks {key!r}; it has: {', '.join(sorted(body)[:8]) or 'nothing'}"
        )


def _is_json(response: Response) -> bool:
    try:
        body = parse(response.content)
    except orjson.JSONDecodeError:
        return False
    # gspread reads the same parse of the answer.
    response.json = lambda **_: body  # type: ignore[method-assign]
    return isinstance(body, dict)


def _verdict(error: Exception) -> Retry | None:
    """Say how to try again; None: not at all."""
    if isinstance(error, _AnswerError) and error.response.status_code != 200:
        return retry_after(error.response)
    if isinstance(error, GoogleAuthError) and is_refusal(error):
        return None
    return Retry()


def _typed(where: str, response: Response, email: str) -> ApiError:
    status = response.status_code
    kind, message = vendor_words(response.content)
    words = excerpt(message or response.text) or "an empty body"
    if status == 200:
        words = f"the answer is not whole JSON: {body_summary(response.content)}"
    todo = ""
    if status in (403, 404):
        todo = (
            f" Share the spreadsheet with {email} (Viewer is enough), check SHEETS_SPREADSHEET_ID, "
            "and enable the Google Sheets API in the service account's project."
        )
    return ApiError(
        f"{where}: HTTP {status}: {f'{kind}: ' if kind else ''}{words}{todo}",
        status=status,
        kind=kind,
    )
