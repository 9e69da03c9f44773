"""What a browser is shown where there is no page: the same problem as a program gets, in words, with a way on."""

import http

from fastapi import FastAPI, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from serving.api.addresses import PREFIX
from serving.api.problems import Problem
from serving.web.rendering import page


def answer_with_pages(app: FastAPI) -> None:
    """Make the application answer browsers with a page; all others get problem details as before."""
    before = app.exception_handlers[HTTPException]

    async def shown(request: Request, error: Exception) -> Response:
        if not isinstance(error, HTTPException) or not _is_for_people(request):
            return await before(request, error)  # type: ignore[no-any-return, misc]
        return page(
            request,
            "problem.html",
            status=error.status_code,
            headers={**(error.headers or {}), "Cache-Control": "no-store"},
            heading=http.HTTPStatus(error.status_code).phrase,
            detail=str(error.detail),
            errors=(error.errors or []) if isinstance(error, Problem) else [],
            static="/static/",
            home="/",
            boards=[],
        )

    app.add_exception_handler(HTTPException, shown)


def _is_for_people(request: Request) -> bool:
    path = request.url.path
    return not path.startswith(PREFIX) and "text/html" in request.headers.get("accept", "")
