"""In and out: the login page takes a token for a session, the link of a sandbox takes itself, the logout ends it.

A token is never in an address or a cookie; what the browser keeps is the id of a session. The form works from our page only
(`forgery.py`), so nobody is signed in with somebody else's token, and failures are counted by where they come from.
"""

import asyncio
import datetime as dt
import logging
import secrets
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from serving.api import cookies, forgery
from serving.api.access import Principal
from serving.api.addresses import LINK, SIGN_IN, SIGN_OUT, SSO
from serving.api.admission import SANDBOX, Admission
from serving.api.problems import Problem
from serving.api.sessions import Opened, digest_of
from serving.api.signing_in import NEXT, leading_on, safe_next
from serving.api.tokens import TokenStoreError
from serving.web.forms import fields
from serving.web.links import SEES, new_name
from serving.web.rendering import page

FAILURES_PER_MINUTE = 10
SECONDS_OF_A_FORM = 3_600
NO_STORE = {"Cache-Control": "no-store"}
_NEEDS_HTTPS = "Signing in needs https, or this machine itself: nothing else keeps a session."
_log = logging.getLogger(__name__)

router = APIRouter(include_in_schema=False)


@router.get(SIGN_IN)
async def form(request: Request) -> Response:
    """Show the login page."""
    if not cookies.may_have_session(request.scope, _admission(request).public_url):
        return login_page(request, 400, _NEEDS_HTTPS)
    return login_page(request)


@router.post(SIGN_IN)
async def sign_in(request: Request) -> Response:
    """Take a token for a session."""
    admission, rate, scope = _admission(request), request.app.state.sign_in_rate, request.scope
    if not cookies.may_have_session(scope, admission.public_url):
        return login_page(request, 400, _NEEDS_HTTPS)
    forgery.refuse_other_sites(scope, admission.public_url)
    sent = await fields(request)
    secret = cookies.read(scope, admission.public_url, cookies.BEFORE_SIGN_IN)
    if secret is None:
        return login_page(
            request, 400, "This page was open for too long, or cookies are off. Try again."
        )
    forgery.refuse_without(sent.get(forgery.FIELD), secret)
    if request.app.state.uses.is_broken:
        return login_page(request, 503, "The audit log cannot be written, so nobody is let in.")
    whence = request.client.host if request.client else "unknown"
    wait = rate.wait(whence, takes=False)
    if wait:
        answer = login_page(request, 429, f"Too many tries. Wait {wait} seconds.")
        answer.headers["Retry-After"] = str(wait)
        return answer
    try:
        principal = admission.holder(sent.get("token", "").strip(), scope.setdefault("state", {}))
    except TokenStoreError as error:
        _log.error("the token store is closed: %s", error)
        return login_page(request, 503, "Tokens cannot be checked now, so nobody is let in.")
    except Problem as problem:
        if problem.status_code == 401:
            rate.wait(whence)
        return login_page(request, problem.status_code, str(problem.detail))
    answer = RedirectResponse(safe_next(sent.get(NEXT)), 303, NO_STORE)
    await begin_session(request, answer, principal.token_id)
    return answer


@router.get(LINK)
async def follow_link(request: Request, code: str = "") -> Response:
    """Sign in with the link that a sandbox printed, which works once."""
    admission, view = _admission(request), request.app.state.follower.current
    host = cookies.origin_of(request.scope, None).rpartition("//")[2].rpartition(":")[0].strip("[]")
    is_here = cookies.is_loopback(host) and admission.public_url is None
    is_sandbox = view is not None and view.data_origin == SANDBOX
    if not (is_here and is_sandbox and request.app.state.links.use(code, _now())):
        return login_page(
            request, 401, "This link was used, or is too old: `make serve` prints another one."
        )
    name = request.scope.setdefault("state", {})["token_id"] = new_name()
    answer = leading_on("/")
    await begin_session(request, answer, name, SEES)
    return answer


@router.post(SIGN_OUT)
async def sign_out(request: Request) -> Response:
    """End the session; the gate has seen to it that a page of ours asks for it."""
    admission, principal = _admission(request), request.scope["state"]["principal"]
    if isinstance(principal, Principal) and principal.session is not None:
        admission.sessions.end(principal.session)
    answer = RedirectResponse(SIGN_IN, 303, {**NO_STORE, "Clear-Site-Data": '"cache"'})
    cookies.give(answer, request.scope, admission.public_url, cookies.SESSION, "", seconds=0)
    return answer


async def begin_session(
    request: Request, answer: Response, name: str, opened: Opened | None = None
) -> None:
    """Open a session and have the browser keep it; one that it had before ends.

    Args:
        request: Who has proven who they are.
        answer: What they are answered.
        name: Of the token, or of the session where none has opened it.
        opened: What may be seen where no token says it.
    """
    admission, scope = _admission(request), request.scope
    # Others wait for no disk.
    presented = await asyncio.to_thread(
        lambda: admission.sessions.open(name, at=_now(), opened=opened)
    )
    before = cookies.read(scope, admission.public_url, cookies.SESSION)
    if before is not None:
        admission.sessions.end(digest_of(before))
    seconds = int(admission.sessions.longest.total_seconds())
    give = cookies.give
    give(answer, scope, admission.public_url, cookies.SESSION, presented, seconds=seconds)
    give(answer, scope, admission.public_url, cookies.BEFORE_SIGN_IN, "", seconds=0)


def login_page(request: Request, status: int = 200, problem: str = "") -> Response:
    """Return the login page; what is wrong stands in it."""
    public_url = _admission(request).public_url
    secret = cookies.read(request.scope, public_url, cookies.BEFORE_SIGN_IN)
    secret = secret or secrets.token_urlsafe(32)
    answer = page(
        request,
        "login.html",
        status=status,
        problem=problem,
        next=safe_next(request.query_params.get(NEXT)),
        single_sign_on=f"{SSO}?{urlencode({NEXT: safe_next(request.query_params.get(NEXT))})}"
        if request.app.state.single_sign_on
        else None,
        csrf_token=forgery.form_token(secret),
    )
    answer.headers.update(NO_STORE)
    cookies.give(
        answer,
        request.scope,
        public_url,
        cookies.BEFORE_SIGN_IN,
        secret,
        seconds=SECONDS_OF_A_FORM,
    )
    return answer


def _admission(request: Request) -> Admission:
    found: Admission = request.app.state.admission
    return found


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
