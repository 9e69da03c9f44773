"""An answer read piece by piece, so that a small packed one cannot fill the memory."""

import time

from requests import Response

from extract.landing.errors import LimitError
from extract.landing.progress import count_bytes
from extract.limits import MEGABYTE, Limits

_PIECE = 16_384
"""Packed bytes at a time: a thousand times as many unpacked at most."""
LONGEST_SECONDS = 900.0
"""Time for one answer; each piece has a timeout of its own, so that a slow drip would never end."""


def read_bounded(response: Response, where: str, limits: Limits) -> int:
    """Read an answer's body, once, and return its size.

    Raises:
        LimitError: It is larger than an answer may be, or packed more than once, or does not end.
    """
    if getattr(response, "_content_consumed", False):
        return len(response.content)
    if "," in response.headers.get("Content-Encoding", ""):
        response.close()
        raise LimitError(f"{where}: the answer is packed several times over, which no vendor does")
    pieces, size, began = [], 0, time.monotonic()
    for piece in response.iter_content(_PIECE):
        size += len(piece)
        if size > limits.answer_mb * MEGABYTE:
            response.close()
            raise LimitError(limits.refusal(f"{where}: the answer", "answer_mb", "MB"))
        if time.monotonic() - began > LONGEST_SECONDS:
            response.close()
            raise LimitError(
                f"{where}: the answer had not ended after {LONGEST_SECONDS:.0f} seconds"
            )
        pieces.append(piece)
    response._content = b"".join(pieces)
    count_bytes.get(_nobody)(size)
    return size


def _nobody(_: int) -> None:
    pass
