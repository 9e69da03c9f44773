"""An answer before it is sent, and the error bodies of each vendor."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

JSON_TYPE = "application/json; charset=utf-8"
JsonObject = dict[str, Any]

_CURSOR_ERRORS: Mapping[int, tuple[str, str]] = {
    400: ("Bad Request", "Invalid request"),
    401: ("Unauthorized", "Invalid API key"),
    403: ("Forbidden", "Enterprise access required"),
    404: ("Not Found", "The requested resource was not found"),
    405: ("Method Not Allowed", "Method not allowed"),
    410: ("Gone", "The requested resource is no longer available"),
    500: ("Internal Server Error", "An unexpected error occurred"),
    502: ("Bad Gateway", "Upstream error"),
    503: ("Service Unavailable", "Service temporarily unavailable"),
}
_ANTHROPIC_ERRORS: Mapping[int, tuple[str, str]] = {
    400: ("invalid_request_error", "Invalid request"),
    401: ("authentication_error", "invalid x-api-key"),
    403: ("permission_error", "This API key does not have permission to use the Admin API"),
    404: ("not_found_error", "Not found"),
    405: ("invalid_request_error", "Method Not Allowed"),
    410: ("invalid_request_error", "The page cursor has expired; start again from the first page"),
    429: ("rate_limit_error", "This request would exceed your rate limit"),
    500: ("api_error", "Internal server error"),
    502: ("api_error", "Bad gateway"),
    503: ("api_error", "Service unavailable"),
    529: ("overloaded_error", "Overloaded"),
}
_GOOGLE_ERRORS: Mapping[int, tuple[str, str]] = {
    400: ("INVALID_ARGUMENT", "Request contains an invalid argument."),
    401: ("UNAUTHENTICATED", "Request had invalid authentication credentials."),
    403: ("PERMISSION_DENIED", "The caller does not have permission"),
    404: ("NOT_FOUND", "Requested entity was not found."),
    429: ("RESOURCE_EXHAUSTED", "Quota exceeded for quota metric 'Read requests'."),
    500: ("INTERNAL", "Internal error encountered."),
    503: ("UNAVAILABLE", "The service is currently unavailable."),
}
_GITHUB_MESSAGES: Mapping[int, str] = {
    401: "Bad credentials",
    403: "Resource not accessible by personal access token",
    404: "Not Found",
    405: "Not Found",
    410: "This page is no longer available",
    422: "Validation Failed",
    429: "API rate limit exceeded for user ID 1.",
}
GITHUB_DOCS = "https://docs.github.com/rest"
_REASONS: Mapping[int, str] = {
    400: "invalid",
    401: "authError",
    403: "forbidden",
    404: "notFound",
    429: "rateLimitExceeded",
}


@dataclass(frozen=True)
class Answer:
    """Status, body and headers; `here` is the token of this very page where one exists."""

    body: bytes
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = JSON_TYPE
    here: str | None = None


def json_answer(
    value: object,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    here: str | None = None,
) -> Answer:
    """Encode a value as the JSON body of an answer."""
    return Answer(orjson.dumps(value), status, headers or {}, here=here)


def cursor_error(
    status: int, message: str | None = None, headers: Mapping[str, str] | None = None
) -> Answer:
    """Build a Cursor error: 429 has the Admin shape, every other status the Analytics shape."""
    if status == 429:
        body = {"code": "error", "message": message or "Rate limit exceeded"}
        return json_answer(body, status, headers)
    name, default = _CURSOR_ERRORS.get(status, ("Error", "An unexpected error occurred"))
    return json_answer({"error": name, "message": message or default}, status, headers)


def anthropic_error(
    status: int, message: str | None = None, headers: Mapping[str, str] | None = None
) -> Answer:
    """Build an Anthropic error with its request id in the body and in the header."""
    kind, default = _ANTHROPIC_ERRORS.get(status, ("api_error", "Internal server error"))
    request_id = f"req_sandbox{secrets.token_hex(8)}"
    body = {
        "type": "error",
        "error": {"type": kind, "message": message or default},
        "request_id": request_id,
    }
    return json_answer(body, status, {"request-id": request_id, **(headers or {})})


def google_error(
    status: int, message: str | None = None, headers: Mapping[str, str] | None = None
) -> Answer:
    """Build a Google API error."""
    kind, default = _GOOGLE_ERRORS.get(status, ("UNKNOWN", "Unknown error."))
    error = {"code": status, "message": message or default, "status": kind}
    return json_answer({"error": error}, status, headers)


def reports_error(
    status: int,
    message: str | None = None,
    reason: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """Build an error of Google's Reports API, which gives its reasons in a list as well."""
    kind, default = _GOOGLE_ERRORS.get(status, ("UNKNOWN", "Unknown error."))
    message = message or default
    reason = reason or _REASONS.get(status, "backendError")
    error = {
        "code": status,
        "message": message,
        "errors": [{"message": message, "domain": "global", "reason": reason}],
        "status": kind,
    }
    return json_answer({"error": error}, status, headers)


def github_error(
    status: int,
    message: str | None = None,
    headers: Mapping[str, str] | None = None,
    documentation: str = GITHUB_DOCS,
) -> Answer:
    """Build a GitHub error: the status stands in the body as well, as text."""
    body = {
        "message": message or _GITHUB_MESSAGES.get(status, "Server Error"),
        "documentation_url": documentation,
        "status": str(status),
    }
    return json_answer(body, status, headers)


def vendor_error(
    vendor: str,
    status: int,
    message: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """Build the error of the named vendor."""
    if vendor == "github":
        return github_error(status, message, headers)
    if vendor == "gemini":
        return reports_error(status, message, headers=headers)
    build = {
        "cursor": cursor_error,
        "anthropic": anthropic_error,
        "claude_ai": anthropic_error,
    }.get(vendor, google_error)
    return build(status, message, headers)
