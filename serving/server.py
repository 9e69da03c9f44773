"""`make serve`: says what is there and what to do, then serves until it is stopped."""

import datetime as dt
import errno
import logging
import resource
import socket
import sys

import uvicorn
from fastapi import FastAPI
from uvicorn.config import LOGGING_CONFIG

from serving.api.addresses import LINK, PREFIX
from serving.api.admission import SANDBOX
from serving.api.cookies import is_loopback
from serving.api.tokens import TokenStore, TokenStoreError
from serving.app import create_app
from serving.config import Settings
from serving.door.connections import Door
from serving.door.protocol import protocol_of
from serving.door.seldom import Seldom
from serving.elsewhere import followed
from serving.web.links import LASTS, Links
from warehouse.logs import is_json, log_from
from warehouse.settings import ConfigError
from warehouse.snapshot import SnapshotError, open_current

BACKLOG = 4_096
"""Connections that may wait while others are accepted; a thousand clients arrive at once."""
KEEP_ALIVE_SECONDS = 75
"""How long a connection may be idle between two requests."""
SECONDS_OF_A_TURN = 0.001
"""How long a thread that works out an answer may keep the interpreter from the one that serves everybody; by default 0.005."""
OWN_FILES = 512
"""Files that the service itself opens: two snapshots' and its state."""


def serve(settings: Settings) -> None:
    """Serve until stopped.

    Raises:
        ConfigError: The address cannot be listened on.
    """
    refuse_unusable_address(settings)
    log_from(logging.INFO)
    sys.setswitchinterval(SECONDS_OF_A_TURN)
    with followed(settings):
        _serve(settings)


def _serve(settings: Settings) -> None:
    app = create_app(settings)
    for line in (*greeting(settings), *link_to_boards(settings, app.state.links)):
        print(line, flush=True)
    wanted = settings.limits.connections + OWN_FILES
    allowed = _let_open(wanted)
    if allowed < wanted:
        print(
            f"serve: this process may open {allowed} files, API_CONNECTIONS={settings.limits.connections}"
            f" needs {wanted}: raise `ulimit -n`, or lower it",
            flush=True,
        )
    uvicorn.Server(configured(app, settings)).run()


def configured(app: FastAPI, settings: Settings) -> uvicorn.Config:
    """Return how the service is served: over HTTP alone, behind the door."""
    for name in ("uvicorn.error", "serving.api.gate"):
        logger = logging.getLogger(name)
        if not any(isinstance(one, Seldom) for one in logger.filters):
            logger.addFilter(Seldom())
    return uvicorn.Config(
        app,
        host=settings.api_host,
        port=settings.api_port,
        loop="auto",
        http=protocol_of(Door(settings.limits, settings.api_request_seconds)),
        ws="none",
        backlog=BACKLOG,
        # An access log would hold addresses.
        access_log=False,
        # As JSON its lines come with ours, through the one handler.
        log_config=None if is_json() else LOGGING_CONFIG,
        log_level="warning",
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=5,
    )


def _let_open(wanted: int) -> int:
    """Have the system let this process open so many files, if it may; return how many it may open."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return wanted
    raised = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (raised, hard))
    return raised


def refuse_unusable_address(settings: Settings) -> None:
    """Try the address before anything is loaded, and say which setting is wrong.

    Raises:
        ConfigError: It is taken, not this machine's, or not for this user.
    """
    host, port = settings.api_host, settings.api_port
    if port > 65_535:
        raise ConfigError(f"API_PORT: {port} is above 65535.")
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        socket.create_server((host, port), family=family).close()
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise ConfigError(
                f"API_PORT: {port} is taken by another program on {host}; API_PORT=8001 is another one."
            ) from None
        if error.errno == errno.EACCES:
            raise ConfigError(
                f"API_PORT: {port} is not for this user; take one above 1023."
            ) from None
        raise ConfigError(
            f"API_HOST: {host} is no address of this machine ({error.strerror})."
        ) from None


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
        if snapshot.pointer.get("data_origin") == SANDBOX:
            lines.insert(
                0,
                "serve: SANDBOX DATA: an invented company; no vendor was asked, no number is real",
            )
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
