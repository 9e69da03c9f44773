"""The service on a real port, for tests that ask it."""

import asyncio
import contextlib
import datetime as dt
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace

import duckdb
import httpx
import uvicorn
from fastapi import FastAPI

from persons.keys import load_key
from persons.person_ids import person_id
from serving.api.tokens import TokenStore
from serving.app import create_app
from serving.config import Settings
from serving.publish import publish
from serving.server import configured
from tests.browser import Browser

ADA = "ada@north.example"
"""Whose the token of a lead or a person is."""


@dataclass(frozen=True)
class Service:
    """A running API and what it was started with."""

    url: str
    settings: Settings
    app: FastAPI

    def token(
        self,
        *organizations: str,
        role: str = "viewer",
        days: int = 1,
        person: str | None = None,
        teams: tuple[str, ...] = (),
    ) -> str:
        """Make a token; of a lead or a person Ada's, unless another address is given."""
        if person is None and role in ("lead", "person"):
            person = ADA
        store = TokenStore(self.settings.state_dir)
        return store.create(
            role,
            organizations,
            at=dt.datetime.now(dt.UTC),
            days=days,
            person_id=person and self.id_of(person),
            teams=teams,
        )[1]

    def id_of(self, address: str) -> str:
        """Return a person's id."""
        return person_id(load_key(self.settings.state_dir, None), address)

    @contextlib.contextmanager
    def browser(
        self, *organizations: str, role: str = "viewer", person: str | None = None
    ) -> Iterator[Browser]:
        """Yield a browser that has signed in with a token of these organisations."""
        with Browser(self.url) as browser:
            answer = browser.sign_in(self.token(*organizations, role=role, person=person))
            assert answer.status_code == 303, answer.text
            yield browser

    def client(self, *organizations: str, role: str = "viewer") -> httpx.Client:
        """Return a client that presents a token of these organisations."""
        return httpx.Client(
            base_url=f"{self.url}/api/v1",
            headers={"Authorization": f"Bearer {self.token(*organizations, role=role)}"},
            timeout=30,
        )

    def metrics(self) -> str:
        """Return what the service's instruments say."""
        with self.client(role="metrics") as client:
            return client.get("/metrics").text

    def change(self, *statements: str) -> str:
        """Change the warehouse, publish it and return the new snapshot's id."""
        with duckdb.connect(str(self.settings.duckdb_path)) as connection:
            for statement in statements:
                connection.execute(statement)
        return publish(self.settings).snapshot_id

    def look(self) -> None:
        """Have the service look at the pointer now, instead of within a second."""
        loop = self.app.state.loop
        asyncio.run_coroutine_threadsafe(self.app.state.follower.look(), loop).result(30)


@contextlib.contextmanager
def serving(settings: Settings, *, is_ahead: bool = False) -> Iterator[Service]:
    """Serve on a free port of the loopback interface; what nobody asks for is drawn ahead only where it is wanted."""
    app = create_app(replace(settings, boards_ahead=is_ahead))
    listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
    config = configured(app, settings)
    config.timeout_graceful_shutdown = 1
    server = uvicorn.Server(config)
    ready = threading.Event()

    async def run() -> None:
        app.state.loop = asyncio.get_running_loop()
        task = asyncio.create_task(server.serve(sockets=[listener]))
        while not server.started and not task.done():
            await asyncio.sleep(0.005)
        ready.set()
        await task

    thread = threading.Thread(target=asyncio.run, args=(run(),), daemon=True)
    thread.start()
    assert ready.wait(30)
    try:
        yield Service(f"http://127.0.0.1:{listener.getsockname()[1]}", settings, app)
    finally:
        server.should_exit = True
        thread.join(10)
        listener.close()
        assert not thread.is_alive()
