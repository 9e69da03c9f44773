"""A small warehouse of savings, published; and the API over it, on a real port."""

import asyncio
import contextlib
import datetime as dt
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import httpx
import pytest
import uvicorn
from fastapi import FastAPI

from persons.keys import load_key
from persons.person_ids import person_id
from serving.api.tokens import TokenStore
from serving.app import create_app
from serving.config import Settings
from serving.publish import publish
from tests.integration.serving.browser import Browser
from tests.integration.serving.people import ADA, add_people
from tests.integration.serving.warehouse import build

NOW = dt.datetime(2026, 6, 10, tzinfo=dt.UTC)


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


def published(folder: Path, *, has_people: bool = False) -> Settings:
    """Build the warehouse in a folder, publish it and return the settings."""
    made = Settings(
        as_of=NOW,
        duckdb_path=folder / "warehouse.duckdb",
        publish_dir=folder / "published",
        state_dir=folder / "state",
        dbt_target_dir=folder / "target",
        data_origin="sandbox",
        publish_keep=1,
    )
    build(made.duckdb_path)
    if has_people:
        add_people(made.duckdb_path, load_key(made.state_dir, None))
    publish(made)
    return made


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return published(tmp_path)


@contextlib.contextmanager
def serving(settings: Settings) -> Iterator[Service]:
    """Serve on a free port of the loopback interface."""
    app = create_app(settings)
    listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
    config = uvicorn.Config(app, log_level="error", access_log=False, timeout_graceful_shutdown=1)
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


@pytest.fixture(scope="module")
def lasting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service for tests that change nothing."""
    with serving(published(tmp_path_factory.mktemp("lasting"))) as running:
        yield running


@pytest.fixture(scope="module")
def staffed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service that knows people, for tests that change nothing."""
    with serving(published(tmp_path_factory.mktemp("staffed"), has_people=True)) as running:
        yield running


@pytest.fixture
def service(settings: Settings) -> Iterator[Service]:
    with serving(settings) as running:
        yield running
