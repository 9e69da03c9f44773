"""`make serve`: says what is there and what to do, then serves until it is stopped."""

import datetime as dt
import logging

import uvicorn

from serving.api.addresses import LINK, PREFIX
from serving.api.admission import SANDBOX
from serving.api.cookies import is_loopback
from serving.api.tokens import TokenStore, TokenStoreError
from serving.app import create_app
from serving.config import Settings
from serving.web.links import LASTS, Links
from warehouse.snapshot import SnapshotError, open_current

BACKLOG = 4_096
"""Connections that may wait while others are accepted; a thousand clients arrive at once."""


def serve(settings: Settings) -> None:
    """Serve until stopped."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    app = create_app(settings)
    for line in (*greeting(settings), *link_to_boards(settings, app.state.links)):
        print(line, flush=True)
    uvicorn.run(
        app,
        host=settings.api_host,
        port=settings.api_port,
        loop="auto",
        http="auto",
        backlog=BACKLOG,
        # An access log would hold addresses.
        access_log=False,
        log_level="warning",
        server_header=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=5,
    )


def link_to_boards(settings: Settings, links: Links) -> list[str]:
    """Return a link that signs in, once, where nobody else could come and all data is invented."""
    if not is_loopback(settings.api_host) or settings.api_public_url is not None:
        return []
    try:
        origin = open_current(settings.publish_dir).pointer.get("data_origin")
    except SnapshotError:
        return []
    if origin != SANDBOX:
        return []
    code = links.make(dt.datetime.now(dt.UTC))
    host = f"[{settings.api_host}]" if ":" in settings.api_host else settings.api_host
    minutes = int(LASTS.total_seconds() // 60)
    return [
        f"serve: the boards, for {minutes} minutes and one browser:"
        f" http://{host}:{settings.api_port}{LINK}?code={code}"
    ]


def greeting(settings: Settings) -> list[str]:
    """Return what whoever starts the service should know."""
    address = f"http://{settings.api_host}:{settings.api_port}{PREFIX}"
    lines = [f"serve: {address}/openapi.json says what can be asked; docs/api.md explains it"]
    try:
        snapshot = open_current(settings.publish_dir)
        lines.append(f"serve: snapshot {snapshot.snapshot_id}, as of {snapshot.pointer['as_of']}")
    except SnapshotError as error:
        lines += [
            f"serve: {error}",
            "serve: NOTHING TO SERVE YET: run `make run` in another terminal; no restart is needed",
        ]
    try:
        has_tokens = bool(TokenStore(settings.state_dir).tokens())
    except TokenStoreError as error:
        return [*lines, f"serve: NOBODY CAN BE LET IN: {error}"]
    if not has_tokens:
        lines += [
            "serve: NO TOKEN YET. This makes one that may see everything (quote the star):",
            "serve:   . .venv/bin/activate && python -m serving tokens create --organization '*' --role admin",
        ]
    return lines
