"""`make serve`: says what is there and what to do, then serves until it is stopped."""

import logging

import uvicorn

from serving.api.addresses import PREFIX
from serving.api.app import create_app
from serving.api.tokens import TokenStore, TokenStoreError
from serving.config import Settings
from warehouse.snapshot import SnapshotError, open_current

BACKLOG = 4_096
"""Connections that may wait while others are accepted; a thousand clients arrive at once."""


def serve(settings: Settings) -> None:
    """Serve until stopped."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    for line in greeting(settings):
        print(line)
    uvicorn.run(
        create_app(settings),
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
