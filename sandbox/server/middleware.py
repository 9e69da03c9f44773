"""The middleware of every endpoint: counts, keys, limits, faults, compression, sending.

A vendor's handler only turns a request into an answer. All that happens to the answer on
its way, and all that can go wrong there, is here.
"""

import asyncio
import gzip
from collections.abc import Awaitable, Callable
from dataclasses import replace

import orjson
from starlette.requests import ClientDisconnect, Request
from starlette.types import Receive, Scope, Send

from sandbox.server import github, mutations
from sandbox.server.answers import Answer, JsonObject, json_answer, vendor_error
from sandbox.server.endpoints import QUOTA_POOLS, WHOLE_BODY, Endpoint
from sandbox.server.faults import (
    CURSOR_KINDS,
    EXPORT_KINDS,
    GITHUB_CHANGE_KINDS,
    GITHUB_KINDS,
    GITHUB_LIMIT_KINDS,
    MOVING_KINDS,
    STATUS_KINDS,
    Armed,
)
from sandbox.server.github_answers import limit_fault, without_next
from sandbox.server.state import State
from sandbox.server.transport import TRANSPORT

Handler = Callable[[Request, State], Awaitable[Answer]]
Guard = Callable[[Request, State], Answer | None]

_GZIP_FROM_BYTES = 1024
_HTML = b"<!doctype html><html><body><h1>We will be back soon</h1></body></html>"


class Middleware:
    """ASGI application of one endpoint."""

    def __init__(self, endpoint: Endpoint, guard: Guard, handler: Handler, state: State) -> None:
        """Remember whose middleware this is."""
        self._endpoint = endpoint
        self._guard = guard
        self._handler = handler
        self._state = state
        self._previous_rows: list[object] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, rightly or wrongly."""
        request = Request(scope, receive)
        try:
            await request.body()
        except ClientDisconnect:
            return
        name = self._endpoint.full_name
        asked = await _parameters(request)
        self._state.requests[name] += 1
        self._state.log.append({"endpoint": name, "parameters": asked})
        armed = self._state.faults.choose(name)
        kind = armed.fault.kind if armed else ""
        if armed and kind == "drop_before":
            armed.applied += 1
            await _hang_up(scope, receive, at_once=True)
            return
        if armed and kind == "slow":
            armed.applied += 1
            if await _gone_within(receive, armed.fault.seconds or 30.0):
                return
        answer = await self._answer(request, asked, armed)
        self._state.statuses[f"{name} {answer.status}"] += 1
        if armed and kind == "drop_mid_body" and answer.status == 200:
            armed.applied += 1
            await _send_head(send, answer, {})
            half = answer.body[: max(1, len(answer.body) // 2)]
            await send({"type": "http.response.body", "body": half, "more_body": True})
            await _hang_up(scope, receive, at_once=False)
            return
        await _send(request, send, answer)

    async def _answer(self, request: Request, asked: dict[str, str], armed: Armed | None) -> Answer:
        if armed and armed.fault.kind in STATUS_KINDS:
            armed.applied += 1
            return self._status_fault(armed)
        if armed and armed.fault.kind in GITHUB_LIMIT_KINDS and self._endpoint.vendor == "github":
            armed.applied += 1
            return limit_fault(armed.fault.kind, armed.fault.seconds)
        refused = self._guard(request, self._state) or self._over_limit()
        if refused:
            return refused
        if armed and armed.fault.kind in CURSOR_KINDS and asked.get("page"):
            armed.applied += 1
            return vendor_error(self._endpoint.vendor, 410)
        if armed and armed.fault.kind in GITHUB_CHANGE_KINDS and _is_later_page(asked):
            armed.applied += github.happen(armed.fault.kind, request, self._state)
        answer = self._recorded(asked) or await self._handler(request, self._state)
        if answer.status != 200:
            return answer
        return self._spoil(request, asked, answer, armed) if armed else self._remember(answer)

    def _recorded(self, asked: dict[str, str]) -> Answer | None:
        recordings = self._state.recordings
        if recordings is None or self._endpoint.name == "token":
            return None
        recorded = recordings.answer(self._endpoint.full_name, asked)
        return recorded or vendor_error(self._endpoint.vendor, 404, "Nothing was recorded")

    def _over_limit(self) -> Answer | None:
        allowed = self._endpoint.per_minute
        if allowed is None or not self._state.options.rate_limits:
            return None
        pool = QUOTA_POOLS.get(self._endpoint.name, self._endpoint.full_name)
        wait = self._state.limiter.take(pool, allowed)
        if wait is None:
            return None
        tells = self._endpoint.vendor in ("cursor", "claude_ai")
        headers = {"Retry-After": str(wait)} if tells else {}
        return vendor_error(self._endpoint.vendor, 429, headers=headers)

    def _status_fault(self, armed: Armed) -> Answer:
        vendor = self._endpoint.vendor
        status = STATUS_KINDS[armed.fault.kind]
        headers = {}
        message = None
        if armed.fault.kind == "http_429":
            headers["Retry-After"] = f"{armed.fault.seconds or 1:g}"
        if armed.fault.kind == "http_429_no_retry_after":
            message = "You have reached your specified API usage limits"
        if armed.fault.kind == "http_500_no_retry":
            headers["x-should-retry"] = "false"
        return vendor_error(vendor, status, message, headers)

    def _remember(self, answer: Answer) -> Answer:
        # Decoding every page would halve the throughput, so pages are only remembered while
        # somebody waits for a duplicate.
        if self._endpoint.rows and any(
            self._state.faults.waits_for(self._endpoint.full_name, kind)
            for kind in ("duplicate_page", "growing_list")
        ):
            self._previous_rows = _as_object(answer).get(self._endpoint.rows)
        return answer

    def _spoil(
        self, request: Request, asked: dict[str, str], answer: Answer, armed: Armed
    ) -> Answer:
        kind = armed.fault.kind
        if kind in {"slow", "drop_mid_body", *CURSOR_KINDS, *EXPORT_KINDS}:
            return answer
        if kind == "vanished_page" and self._endpoint.vendor == "github" and _is_later_page(asked):
            armed.applied += 1
            return without_next(answer, self._endpoint.rows)
        if kind in GITHUB_KINDS:
            return answer
        whole = {
            "truncated_json": replace(answer, body=answer.body[: len(answer.body) * 2 // 3]),
            "empty_body": replace(answer, body=b""),
            "html_body": Answer(_HTML, content_type="text/html; charset=utf-8"),
            "wrong_content_type": replace(answer, content_type="text/plain"),
            "half_character": replace(answer, body=mutations.half_character(answer.body)),
        }.get(kind)
        if kind == "packed_bomb":
            whole = replace(answer, body=mutations.packed_small())
        if whole is None:
            body = self._spoil_json(request, asked, _as_object(answer), answer, armed)
            if body is not None:
                is_list = self._endpoint.rows == WHOLE_BODY
                sent = body.get(WHOLE_BODY, {}) if is_list else body
                whole = json_answer(sent, headers=answer.headers)
        if whole is None:
            return self._remember(answer)
        armed.applied += 1
        return whole

    def _spoil_json(
        self,
        request: Request,
        asked: dict[str, str],
        body: JsonObject,
        answer: Answer,
        armed: Armed,
    ) -> JsonObject | None:
        kind = armed.fault.kind
        if kind in mutations.ROW_MUTATIONS:
            spoil = mutations.ROW_MUTATIONS[kind]
            return spoil(body, self._endpoint, armed.random, armed.fault.field)
        if kind in MOVING_KINDS and not _is_later_page(asked):
            return None
        if kind == "growing_list":
            return mutations.growing_list(body, self._endpoint, self._previous_rows)
        if kind == "shrinking_list":
            return mutations.shrinking_list(body, self._endpoint)
        if kind == "duplicate_page":
            return mutations.duplicate_page(body, self._endpoint, self._previous_rows)
        if kind == "empty_page":
            after_id = request.query_params.get("after_id")
            return mutations.empty_page(body, self._endpoint, answer.here, after_id)
        if kind == "endless_list":
            return mutations.endless_list(body)
        if kind == "short_page":
            return mutations.short_page(body, self._endpoint)
        return mutations.missing_data(body, self._endpoint)


def _as_object(answer: Answer) -> JsonObject:
    """Return an answer's body; a list as an object that says whether more follows, as its header does."""
    body: JsonObject | list[object] = orjson.loads(answer.body)
    if isinstance(body, dict):
        return body
    return {WHOLE_BODY: body, "has_more": 'rel="next"' in answer.headers.get("Link", "")}


def _is_later_page(asked: dict[str, str]) -> bool:
    """Tell whether a page is asked for that is not the list's first."""
    return (
        asked.get("page", "1") != "1"
        or "pageToken" in asked
        or not {"after", "after_id"}.isdisjoint(asked)
    )


async def _parameters(request: Request) -> dict[str, str]:
    """Return what was asked for, as text: path, query, and JSON body; lists joined by commas."""
    asked = {name: str(value) for name, value in request.path_params.items()}
    for name in request.query_params:
        asked[name] = ",".join(request.query_params.getlist(name))
    if request.headers.get("content-type", "").startswith("application/json"):
        try:
            body = orjson.loads(await request.body())
        except orjson.JSONDecodeError:
            body = None
        if isinstance(body, dict):
            asked.update({name: str(value) for name, value in body.items()})
    return asked


async def _send_head(send: Send, answer: Answer, extra: dict[str, str]) -> None:
    headers = {
        "content-type": answer.content_type,
        "content-length": str(len(answer.body)),
        **answer.headers,
        **extra,
    }
    await send(
        {
            "type": "http.response.start",
            "status": answer.status,
            "headers": [(name.lower().encode(), text.encode()) for name, text in headers.items()],
        }
    )


async def _send(request: Request, send: Send, answer: Answer) -> None:
    extra = {}
    accepts = request.headers.get("accept-encoding", "")
    if "gzip" in accepts and len(answer.body) >= _GZIP_FROM_BYTES:
        answer = replace(answer, body=gzip.compress(answer.body, compresslevel=1, mtime=0))
        extra = {"content-encoding": "gzip", "vary": "Accept-Encoding"}
    await _send_head(send, answer, extra)
    await send({"type": "http.response.body", "body": answer.body})


async def _gone_within(receive: Receive, seconds: float) -> bool:
    """Wait; return True as soon as the client has hung up."""
    try:
        async with asyncio.timeout(seconds):
            while (await receive())["type"] != "http.disconnect":
                pass
    except TimeoutError:
        return False
    return True


async def _hang_up(scope: Scope, receive: Receive, *, at_once: bool) -> None:
    """Close the connection under the client: reset it, or close it after what was sent."""
    transport = scope[TRANSPORT]
    if at_once:
        transport.abort()
    else:
        transport.close()
    while (await receive())["type"] != "http.disconnect":
        pass
