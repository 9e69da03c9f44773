"""Headers that every answer has: what browsers may do with it, which is as little as the pages need.

Nothing is loaded from another host, nothing runs that stands in a page itself, nobody may frame it, no address leaves by a
referrer. A header that a route has set itself stays.
"""

from collections.abc import Iterable

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "script-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
_FEATURES = (
    "accelerometer",
    "camera",
    "display-capture",
    "geolocation",
    "gyroscope",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "publickey-credentials-get",
    "screen-wake-lock",
    "usb",
)
Header = tuple[bytes, bytes]
_ALWAYS: tuple[Header, ...] = tuple(
    (name.encode(), text.encode())
    for name, text in (
        ("content-security-policy", CONTENT_SECURITY_POLICY),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("permissions-policy", ", ".join(f"{name}=()" for name in _FEATURES)),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("cache-control", "private, no-cache"),
    )
)
_OVER_HTTPS: Header = (b"strict-transport-security", b"max-age=31536000")


def with_safe_headers(headers: Iterable[Header], *, is_secure: bool) -> list[Header]:
    """Return an answer's headers with those that every answer has."""
    own = list(headers)
    named = {name.lower() for name, _ in own}
    added = (*_ALWAYS, _OVER_HTTPS) if is_secure else _ALWAYS
    return [*own, *(header for header in added if header[0] not in named)]
