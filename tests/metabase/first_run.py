"""A new Metabase's first minutes: wait for it, make its first user, get a key."""

import secrets
import time
from collections.abc import Callable
from typing import Any

import requests

ADMINISTRATORS = 2
_SECONDS = 300
_TIMEOUT = 30


def wait_for(url: str, *, wait: Callable[[float], None] = time.sleep) -> None:
    """Wait until it answers; its health is good some seconds before the rest is.

    Raises:
        TimeoutError: It does not.
    """
    for _ in range(_SECONDS):
        try:
            if all(
                requests.get(url + path, timeout=_TIMEOUT).ok
                for path in ("/api/health", "/api/session/properties")
            ):
                return
        except requests.ConnectionError:
            pass
        wait(1.0)
    raise TimeoutError(f"{url} does not answer")


def first_key(url: str) -> str:
    """Make the first user of a new server and return a key of its administrators."""
    properties = requests.get(f"{url}/api/session/properties", timeout=_TIMEOUT).json()
    password = secrets.token_urlsafe(24)
    user = {
        "first_name": "Ada",
        "last_name": "Admin",
        "email": "admin@example.com",
        "password": password,
        "site_name": "Boards",
    }
    session = _made(
        f"{url}/api/setup",
        {
            "token": properties["setup-token"],
            "user": user,
            "prefs": {"site_name": "Boards", "site_locale": "en", "allow_tracking": False},
            "database": None,
        },
    )
    key = _made(
        f"{url}/api/api-key",
        {"name": "boards", "group_id": ADMINISTRATORS},
        {"X-Metabase-Session": session["id"]},
    )
    return str(key["unmasked_key"])


def _made(url: str, body: dict[str, Any], headers: dict[str, str] | None = None) -> dict[str, Any]:
    answer = requests.post(url, json=body, headers=headers, timeout=_TIMEOUT)
    answer.raise_for_status()
    return dict(answer.json())
