"""A browser as far as the door is concerned: it keeps cookies and says which site its requests come from."""

import re
from typing import Any

import httpx

PAGE = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
OURS = {"Sec-Fetch-Site": "same-origin", "Origin": "null"}
"""What browsers send with a form when no referrer may be told."""
_FIELD = re.compile(r'name="csrf_token" value="([^"]*)"')


class Browser(httpx.Client):
    """A client of one service; it follows no redirect by itself."""

    def __init__(self, url: str) -> None:
        super().__init__(base_url=url, headers=PAGE, timeout=30)

    def sign_in(self, token: str, **fields: str) -> httpx.Response:
        """Fill in the login page and send it."""
        found = _FIELD.search(self.get("/login").text)
        assert found is not None
        return self.send_form("/login", None, csrf_token=found[1], token=token, **fields)

    def send_form(
        self, path: str, headers: dict[str, str] | None = None, **fields: str
    ) -> httpx.Response:
        """Send a form of our page."""
        return self.post(path, data=fields, headers=OURS if headers is None else headers)

    @property
    def csrf(self) -> str:
        """Return the token that forms of this session send back."""
        # As the server makes it, from the cookie that only the server and the browser hold.
        from serving.api.forgery import form_token

        return form_token(self.session)

    @property
    def session(self) -> str:
        """Return the id of the session."""
        found: Any = self.cookies.get("session")
        assert found is not None
        return str(found)
