"""From a request to an answer: what a route has to say is who may ask and what work answers it."""

from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from fastapi import Request
from starlette.responses import Response

from serving.api.access import Permission, Principal
from serving.api.addresses import route_of
from serving.api.answers import Answers, Question, Work, key_of
from serving.api.formats import CSV, format_of
from serving.api.problems import Problem, Wrong
from serving.api.view import View

ANSWERED: dict[int | str, dict[str, Any]] = {
    200: {"content": {CSV: {"schema": {"type": "string"}}}},
    304: {"description": "The client's copy (If-None-Match) is still right"},
}


def permit(request: Request, principal: Principal, permission: Permission) -> None:
    """Check the permission; note whose data it is about for the audit log, also when it is refused."""
    if permission.organization is not None:
        note_organizations(request, principal, (permission.organization,))
    principal.check(permission)


def note_organizations(request: Request, principal: Principal, names: Iterable[str]) -> None:
    """Note whose data a request is about, for the audit log."""
    view = request.app.state.follower.current
    for name in names:
        # Any other name may be anything that somebody typed.
        if name in principal.organizations or (view is not None and name in view.organizations):
            request.scope["state"].setdefault("organizations", []).append(name)


def only(*known: str) -> Callable[[Request], Awaitable[None]]:
    """Return a dependency that refuses parameters of other names: one that is misspelt is not ignored."""

    async def check(request: Request) -> None:
        wrong = [
            Wrong(where=f"query.{name}", what="not a parameter")
            for name in request.query_params
            if name not in known
        ]
        if wrong:
            raise Problem(422, "The request cannot be understood; see errors.", errors=wrong)

    return check


def current_view(request: Request) -> View:
    """Return the snapshot that this request is answered from."""
    return current_answers(request).view


def current_answers(request: Request) -> Answers:
    """Return what was answered from the snapshot that this request is answered from."""
    answers: Answers | None = request.app.state.follower.answers
    if answers is None:
        raise Problem(
            503,
            "Nothing is published yet: run `make run`; the service opens the first snapshot by itself.",
            headers={"Retry-After": "10"},
        )
    return answers


def most_seconds(request: Request) -> float:
    """Return how long an answer may take."""
    return float(request.app.state.settings.api_request_seconds)


def refuse_to_expose(request: Request) -> None:
    """Refuse what could show somebody who asked to be erased, while nobody can tell who that is."""
    if request.app.state.follower.exposes is not None:
        raise Problem(
            503,
            "Erasures cannot be read now, so nothing that could show a person is answered; the service's log says why.",
            headers={"Retry-After": "10"},
        )


async def answer(
    request: Request,
    principal: Principal,
    permission: Permission,
    work: Work,
    *,
    tables: tuple[str, ...],
    is_drawn: bool = False,
) -> Response:
    """Answer a permitted request from these tables.

    Args:
        request: What is asked.
        principal: Who asks.
        permission: What the answer needs.
        work: Makes the answer.
        tables: What it is made from.
        is_drawn: Whether making it takes long.
    """
    answers = current_answers(request)
    sent = dict(request.scope["headers"])
    question = Question(
        key=key_of(request.scope, principal),
        route=route_of(request.scope),
        permission=permission,
        tables=tables,
        work=work,
        is_drawn=is_drawn,
    )
    seconds = request.app.state.settings.api_request_seconds
    found = await answers.ask(question, seconds)
    # What is kept is in memory once, however many it is sent to.
    request.scope["state"]["is_shared"] = answers.keeps(found)
    return found.response(sent)


def wants_csv(request: Request) -> bool:
    """Say whether CSV is asked for."""
    return format_of(request.scope) == "csv"
