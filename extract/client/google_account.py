"""Google's service account: its key file, and the access tokens that are asked for with it."""

import json
from collections.abc import Sequence
from pathlib import Path

import requests
from google.auth import default as default_credentials
from google.auth.credentials import Credentials as GoogleCredentials
from google.auth.exceptions import GoogleAuthError
from google.auth.exceptions import TransportError as GoogleTransportError
from google.auth.transport.requests import Request as GoogleRequest
from google.oauth2.service_account import Credentials
from requests import PreparedRequest
from requests.auth import AuthBase
from requests.exceptions import RequestException

from extract.client.http import ApiError
from extract.client.retries import Retry, call_with_retries
from extract.landing.errors import Redact, SourceError
from extract.landing.redaction import LONGEST


def google_credentials(
    source: str, path: Path | None, scopes: Sequence[str], *, subject: str | None = None
) -> GoogleCredentials:
    """Return the credentials of the key file, or those of the machine if there is none.

    Args:
        source: Named in the error.
        path: A key file in JSON.
        scopes: What the tokens are for.
        subject: Whom to act for (domain-wide delegation); only a service account can.
    """
    try:
        info = {} if path is None else json.loads(path.read_text(encoding="utf-8"))
        if info.get("type") == "service_account":
            return Credentials.from_service_account_info(  # type: ignore[no-untyped-call,no-any-return]
                info, scopes=scopes, subject=subject
            )
        if subject is not None:
            raise ValueError("acting for somebody else needs a service account")
        found, _ = default_credentials(scopes=scopes)
    except (GoogleAuthError, ValueError, OSError, AttributeError) as error:
        raise SourceError(
            f"{source}: GOOGLE_APPLICATION_CREDENTIALS: no usable Google credential "
            f"({type(error).__name__}). Point it at a service account's JSON key file."
        ) from None
    return found


def account_email(credentials: GoogleCredentials) -> str:
    """Return the address that things are shared with."""
    return getattr(credentials, "service_account_email", "") or "the service account's client_email"


def access_token(credentials: GoogleCredentials, session: requests.Session) -> str:
    """Return a valid access token.

    Asked for here and not through google-auth's session, which would also look up the account's
    regional boundary at another host, in a thread of its own.
    """
    if not credentials.valid:
        try:
            credentials.refresh(GoogleRequest(session))  # type: ignore[no-untyped-call]
        except (TypeError, KeyError, AttributeError) as error:
            raise GoogleTransportError(  # type: ignore[no-untyped-call]
                f"the answer of the token endpoint is unreadable ({type(error).__name__})"
            ) from None
    return str(credentials.token)


def is_refusal(error: GoogleAuthError) -> bool:
    """Tell Google's refusal of the credential from a fault on the way to its token.

    The second argument of google-auth's error is the answer: `{"error": "invalid_grant"}` for a
    refusal, `{"error": {"code": 502}}` for a server that is ill, nothing for a broken line.
    """
    details = error.args[1] if len(error.args) > 1 else None
    found = details.get("error") if isinstance(details, dict) else None
    if isinstance(found, dict):
        code = found.get("code")
        return isinstance(code, int) and 400 <= code < 500 and code != 429
    return isinstance(found, str) and found not in ("internal_failure", "temporarily_unavailable")


class GoogleBearer(AuthBase):
    """Puts a valid access token on every request of a vendor's `Api`."""

    def __init__(
        self,
        where: str,
        credentials: GoogleCredentials,
        *,
        redact: Redact,
        backoff_seconds: float,
    ) -> None:
        """Ask for no token yet."""
        self._where, self._credentials = where, credentials
        self._redact, self._backoff_seconds = redact, backoff_seconds
        self._session = requests.Session()

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Add the header.

        Raises:
            ApiError: Google gives no token.
        """
        try:
            token = call_with_retries(
                f"{self._where}: Google's token endpoint",
                lambda: access_token(self._credentials, self._session),
                backoff_seconds=self._backoff_seconds,
                verdict=lambda error: (
                    None if isinstance(error, GoogleAuthError) and is_refusal(error) else Retry()
                ),
                exceptions=(RequestException, GoogleAuthError),
            )
        except (RequestException, GoogleAuthError) as error:
            words = self._redact(str(error))[:LONGEST]
            raise ApiError(
                f"{self._where}: no token from Google: {type(error).__name__}: {words}"
            ) from None
        request.headers["Authorization"] = f"Bearer {token}"
        return request
