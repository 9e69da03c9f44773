"""Opaque page tokens of the Anthropic reports.

A token is `page_` + base64 of the position, as recorded from the live API. The parameters
it belongs to are remembered on the server: a token together with other parameters, or one
that was never given out, is refused.
"""

import base64
import binascii
from collections import OrderedDict
from collections.abc import Iterable

_REMEMBERED = 100_000


def fingerprint(endpoint: str, parameters: Iterable[tuple[str, str]]) -> str:
    """Describe a query without its page, whatever the order of its parameters."""
    rest = sorted((name, value) for name, value in parameters if name != "page")
    return repr((endpoint, rest))


class PageTokens:
    """Gives out tokens and takes them back."""

    def __init__(self) -> None:
        """Start with no token given out."""
        self._issued: OrderedDict[tuple[str, str], None] = OrderedDict()

    def issue(self, position: str, query: str) -> str:
        """Return the token of a position in the answer to a query."""
        token = "page_" + base64.b64encode(position.encode()).decode()
        self._issued[(token, query)] = None
        self._issued.move_to_end((token, query))
        while len(self._issued) > _REMEMBERED:
            self._issued.popitem(last=False)
        return token

    def resolve(self, token: str, query: str) -> str | None:
        """Return the position of a token, or None when it was not given out for this query."""
        if (token, query) not in self._issued:
            return None
        try:
            return base64.b64decode(token.removeprefix("page_"), validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            return None

    def clear(self) -> None:
        """Let every token expire."""
        self._issued.clear()
