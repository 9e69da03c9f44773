"""Single sign-on by OpenID Connect: to the provider and back, with the code flow, PKCE, state and nonce.

What has to be remembered in between is made of one random secret in a cookie, so any process can end what another began. Groups
become a role (`groups.py`), the address becomes the person's id and is kept nowhere.
"""

import asyncio
import base64
import hashlib
import hmac
import logging
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response
from starlette.types import Scope

from persons.keys import Key
from persons.person_ids import person_id
from serving.api import cookies
from serving.api.addresses import SSO, SSO_CALLBACK
from serving.api.sessions import OF_SINGLE_SIGN_ON, Opened
from serving.api.signing_in import NEXT, leading_on, safe_next
from serving.config import Settings
from serving.web.groups import Groups, read_groups
from serving.web.provider import Attempt, Provider, ProviderError
from serving.web.sign_in import NO_STORE, begin_session, login_page

SECONDS_OF_AN_ATTEMPT = 600
_COOKIE = "sso"
_log = logging.getLogger(__name__)

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class SingleSignOn:
    """The provider, and what its groups may see."""

    provider: Provider
    groups: Groups

    def opened(self, claims: Mapping[str, Any], key: Key) -> Opened | None:
        """Return what somebody may see of whom the provider says this; None: nothing."""
        named = claims.get(self.groups.claim)
        groups = [named] if isinstance(named, str) else named
        if not isinstance(groups, list):
            return None
        address = claims.get("email")
        is_known = (
            isinstance(address, str)
            and "@" in address
            and claims.get("email_verified") is not False
        )
        whose = person_id(key, str(address)) if is_known else None
        return self.groups.of([one for one in groups if isinstance(one, str)], whose)


def single_sign_on(settings: Settings) -> SingleSignOn | None:
    """Return single sign-on as it is configured, or nothing.

    Raises:
        ConfigError: The file of groups cannot be read.
    """
    if settings.oidc is None:
        return None
    found = settings.oidc
    return SingleSignOn(
        Provider(found.issuer, found.client_id, found.client_secret), read_groups(found.groups)
    )


@router.get(SSO)
async def begin(request: Request) -> Response:
    """Send the browser to the provider."""
    sso: SingleSignOn | None = request.app.state.single_sign_on
    public_url = request.app.state.admission.public_url
    if sso is None or not cookies.may_have_session(request.scope, public_url):
        return login_page(request, 400, "Single sign-on is not possible here.")
    if not cookies.knows_itself(request.scope, public_url):
        _log.error("API_PUBLIC_URL: single sign-on needs it, because the provider has to lead back")
        return login_page(request, 503, "Single sign-on is not set up: API_PUBLIC_URL is missing.")
    secret = secrets.token_urlsafe(32)
    try:
        address = await asyncio.to_thread(
            sso.provider.address, _attempt(request.scope, public_url, secret)
        )
    except ProviderError as error:
        _log.error("single sign-on cannot begin: %s", error)
        return login_page(request, 503, "The provider of single sign-on does not answer.")
    wanted = safe_next(request.query_params.get(NEXT)).encode()
    answer = RedirectResponse(address, 303, NO_STORE)
    cookies.give(
        answer,
        request.scope,
        public_url,
        _COOKIE,
        f"{secret}.{base64.urlsafe_b64encode(wanted).decode().rstrip('=')}",
        seconds=SECONDS_OF_AN_ATTEMPT,
        comes_from_elsewhere=True,
    )
    return answer


@router.get(SSO_CALLBACK)
async def end(request: Request, code: str = "", state: str = "") -> Response:
    """Take what the provider says for a session."""
    sso: SingleSignOn | None = request.app.state.single_sign_on
    admission, scope = request.app.state.admission, request.scope
    secret, _, wanted = (cookies.read(scope, admission.public_url, _COOKIE) or "").partition(".")
    if sso is None or not secret:
        return login_page(
            request, 400, "This sign-in took too long, or began elsewhere. Try again."
        )
    attempt = _attempt(scope, admission.public_url, secret)
    if not code or not hmac.compare_digest(state.encode(), attempt.state.encode()):
        return _forgotten(request, 401, "The provider of single sign-on has not let you in.")
    if request.app.state.uses.is_broken:
        return login_page(request, 503, "The audit log cannot be written, so nobody is let in.")
    try:
        claims = await asyncio.to_thread(sso.provider.claims, attempt, code)
    except ProviderError as error:
        _log.warning("single sign-on has failed: %s", error)
        return _forgotten(
            request, 401, "What the provider of single sign-on says cannot be believed."
        )
    name = f"{OF_SINGLE_SIGN_ON}{_subject(admission.key, claims)}"
    scope.setdefault("state", {})["token_id"] = name
    opened = sso.opened(claims, admission.key)
    if opened is None:
        return _forgotten(request, 403, "None of your groups may see anything here.")
    answer = leading_on(_wanted(wanted))
    await begin_session(request, answer, name, opened)
    cookies.give(answer, scope, admission.public_url, _COOKIE, "", seconds=0)
    return answer


def _forgotten(request: Request, status: int, problem: str) -> Response:
    """Say what went wrong; an attempt is made once."""
    answer = login_page(request, status, problem)
    public_url = request.app.state.admission.public_url
    cookies.give(answer, request.scope, public_url, _COOKIE, "", seconds=0)
    return answer


def _attempt(scope: Scope, public_url: str | None, secret: str) -> Attempt:
    """Return what belongs to the secret of an attempt; none of it tells the secret or another part."""
    state, nonce, verifier = (
        hmac.digest(secret.encode(), purpose, hashlib.sha256).hex()
        for purpose in (b"state", b"nonce", b"verifier")
    )
    return Attempt(state, nonce, verifier, f"{cookies.origin_of(scope, public_url)}{SSO_CALLBACK}")


def _subject(key: Key, claims: Mapping[str, Any]) -> str:
    """Return how the audit log names somebody: the same each time, and nobody's id at the provider."""
    return key.digest("single sign-on", f"{claims['iss']}|{claims['sub']}")[:16]


def _wanted(text: str) -> str:
    try:
        return safe_next(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode("ascii"))
    except ValueError:
        return "/"
