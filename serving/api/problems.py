"""One shape for everything that goes wrong: problem details after RFC 9457, never a stack trace."""

import http
import json
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.responses import Response

_HERE = Path(__file__).parent
MEDIA_TYPE = "application/problem+json"


class Wrong(BaseModel):
    """One thing that is wrong with a request."""

    where: str = Field(examples=["query.start_date"])
    what: str


class ProblemDetails(BaseModel):
    """Why there is no answer."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    errors: list[Wrong] | None = None


class Problem(HTTPException):
    """Raised wherever a request cannot be answered; `detail` says what to do."""

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        errors: Sequence[Wrong] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(status, detail, dict(headers or {}))
        self.errors = errors

    def response(self) -> Response:
        """Return the problem as an HTTP response."""
        content = {
            "type": "about:blank",
            "title": http.HTTPStatus(self.status_code).phrase,
            "status": self.status_code,
            "detail": self.detail,
        }
        if self.errors is not None:
            content["errors"] = [error.model_dump() for error in self.errors]
        headers = {"Cache-Control": "no-store", **(self.headers or {})}
        return Response(json.dumps(content), self.status_code, headers, MEDIA_TYPE)


def documented(*statuses: int) -> dict[int | str, dict[str, object]]:
    """Return the OpenAPI entries of these statuses."""
    return {
        status: {
            "description": http.HTTPStatus(status).phrase,
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemDetails"}}},
        }
        for status in statuses
    }


def answer_with_problems(app: FastAPI) -> None:
    """Make the application answer what it foresees in this shape; the gate does so with what nobody foresaw."""
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)


async def _http(_request: Request, error: Exception) -> Response:
    if isinstance(error, Problem):
        return error.response()
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for nothing else
    return Problem(error.status_code, str(error.detail), headers=error.headers).response()


async def _invalid(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for nothing else
    # What was sent is not repeated: it may be a secret in the wrong place.
    errors = [
        Wrong(where=".".join(map(str, found["loc"])), what=str(found["msg"]))
        for found in error.errors()
    ]
    return Problem(422, "The request cannot be understood; see errors.", errors=errors).response()


def named(error: BaseException) -> str:
    """Return an error's kind and place, without its words: they may quote what was asked or found."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if Path(frame.filename).is_relative_to(_HERE)]
    place = f" ({Path(own[-1].filename).name}:{own[-1].lineno})" if own else ""
    return f"{type(error).__name__}{place}"
