"""A server in a thread: for tests and for `python -m sandbox exec`."""

import asyncio
import json
import socket
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from sandbox.server.app import create_app
from sandbox.server.faults import Fault, FaultBook, parse_fault
from sandbox.server.options import (
    ANTHROPIC_ADMIN_KEY,
    ANTHROPIC_ANALYTICS_KEY,
    CURSOR_KEY,
    GITHUB_KEY,
    REPORTS_SUBJECT,
    SPREADSHEET_ID,
    ServerOptions,
    WorldOptions,
)
from sandbox.server.source import WorldLike
from sandbox.server.state import State, new_state
from sandbox.server.worlds import world_of
from sandbox.world.delivery_parts import ORGANIZATION

_BACKLOG = 128


class _Server(uvicorn.Server):
    """A server that says when it is ready."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        self.ready.set()


@dataclass(frozen=True)
class Running:
    """A running stand-in: base URLs, environment for a child, and the switches."""

    url: str
    state: State
    credentials: Path
    export_dir: Path
    task_dir: Path
    ci_dir: Path

    @property
    def cursor_url(self) -> str:
        """Return the value for CURSOR_API_URL."""
        return f"{self.url}/cursor"

    @property
    def anthropic_url(self) -> str:
        """Return the value for ANTHROPIC_API_URL."""
        return f"{self.url}/anthropic"

    @property
    def gemini_url(self) -> str:
        """Return the value for GOOGLE_REPORTS_API_URL."""
        return f"{self.url}/gemini"

    @property
    def github_url(self) -> str:
        """Return the value for GITHUB_API_URL."""
        return f"{self.url}/github"

    @property
    def sheets_url(self) -> str:
        """Return the value for SHEETS_API_URL."""
        return f"{self.url}/sheets"

    @property
    def env(self) -> dict[str, str]:
        """Return the variables that point a loader at this server."""
        found = {
            "CURSOR_API_URL": self.cursor_url,
            "CURSOR_API_KEY": CURSOR_KEY,
            "ANTHROPIC_API_URL": self.anthropic_url,
            "ANTHROPIC_ADMIN_KEY": ANTHROPIC_ADMIN_KEY,
            "SHEETS_API_URL": self.sheets_url,
            "SHEETS_SPREADSHEET_ID": SPREADSHEET_ID,
            "GOOGLE_APPLICATION_CREDENTIALS": str(self.credentials),
            "AS_OF": self.state.today().isoformat(),
        }
        if self.state.records("claude_ai"):
            found["CLAUDE_AI_EXPORT_DIR"] = str(self.export_dir)
            found["CLAUDE_ANALYTICS_KEY"] = ANTHROPIC_ANALYTICS_KEY
        if self.state.records("gemini"):
            found["GOOGLE_REPORTS_CUSTOMER"] = self.state.world.google_customer()
            found["GOOGLE_REPORTS_API_URL"] = self.gemini_url
            found["GOOGLE_REPORTS_SUBJECT"] = REPORTS_SUBJECT
        if self.state.site and self.state.records("github"):
            found["GITHUB_API_URL"] = self.github_url
            found["GITHUB_TOKEN"] = GITHUB_KEY
            found["GITHUB_REPOSITORIES"] = ",".join(self.state.site.known_names())
            found["GITHUB_ORGANIZATION"] = ORGANIZATION
        if self.task_dir.is_dir():
            found["TASK_EVENTS_URL"] = str(self.task_dir)
        if self.ci_dir.is_dir():
            found["DEV_EVENTS_URL"] = str(self.ci_dir)
        return found

    def fail(self, *faults: Fault | str) -> None:
        """Replace the faults; without any, switch all of them off."""
        self.state.faults.replace([_fault(fault) for fault in faults])

    def serve(self, world: WorldOptions | WorldLike) -> None:
        """Serve another world from the next request on, and write its exports."""
        self.state.serve(world_of(world))

    def export(self) -> list[Path]:
        """Write the exports of claude.ai again, as they would be downloaded now."""
        return self.state.export()


def _fault(fault: Fault | str) -> Fault:
    return parse_fault(fault) if isinstance(fault, str) else fault


def loopback_socket(port: int = 0) -> socket.socket:
    """Return a listening socket on the loopback interface; port 0 takes a free one."""
    # With the protocol named, asyncio switches Nagle's delay off (40 ms per answer otherwise).
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind(("127.0.0.1", port))
    sock.listen(_BACKLOG)
    return sock


def uvicorn_config(state: State, world: WorldOptions | WorldLike) -> uvicorn.Config:
    """Return the settings of the HTTP server: quiet, no proxies, quick to stop."""
    options = world if isinstance(world, WorldOptions) else None
    return uvicorn.Config(
        create_app(state, options),
        http="h11",
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=1,
    )


@contextmanager
def running(
    world: WorldOptions | WorldLike | None = None,
    *,
    faults: Sequence[Fault | str] = (),
    options: ServerOptions | None = None,
    port: int = 0,
    export_dir: Path | None = None,
) -> Iterator[Running]:
    """Serve a world on loopback until the block ends.

    Args:
        world: Options of the invented company (default: `WorldOptions()`), or a ready world.
        faults: Faults to start with, as objects or in their written form.
        options: Behaviour of the server; by default a rate-limit window of one second.
        port: Port to listen on; 0 takes a free one.
        export_dir: Folder for the exports of claude.ai; by default one that goes with the server.
    """
    world = world if world is not None else WorldOptions()
    options = options or ServerOptions(rate_limit_window=1.0)
    book = FaultBook([_fault(fault) for fault in faults])
    state = new_state(world_of(world), options, book)
    server = _Server(uvicorn_config(state, world))
    with loopback_socket(port) as sock, tempfile.TemporaryDirectory(prefix="sandbox-") as folder:
        url = f"http://127.0.0.1:{sock.getsockname()[1]}"
        credentials = Path(folder) / "service-account.json"
        credentials.write_text(json.dumps(state.account.credentials_file(f"{url}/sheets")))
        credentials.chmod(0o600)
        thread = threading.Thread(
            target=lambda: asyncio.run(server.serve(sockets=[sock])), name="sandbox", daemon=True
        )
        thread.start()
        if not server.ready.wait(timeout=30):
            raise RuntimeError("the sandbox's server did not start within 30 seconds")
        state.export_dir = export_dir or Path(folder) / "claude_ai"
        state.task_dir = Path(folder) / "tasks"
        state.ci_dir = Path(folder) / "ci_events"
        try:
            state.export()
            state.write_tasks()
            state.write_ci_events()
            yield Running(url, state, credentials, state.export_dir, state.task_dir, state.ci_dir)
        finally:
            server.should_exit = True
            thread.join(timeout=10)
