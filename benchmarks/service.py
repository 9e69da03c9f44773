"""The service as `make serve` runs it, in a place and on a port of its own."""

import contextlib
import datetime as dt
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from benchmarks.surroundings import without_settings
from serving.config import Settings

MOST_SECONDS_TO_START = 120


def settings_in(work: Path) -> Settings:
    """Empty a folder, and return the settings of a service that has everything there."""
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    return Settings(
        as_of=dt.datetime(2026, 7, 1, tzinfo=dt.UTC),
        duckdb_path=work / "warehouse.duckdb",
        publish_dir=work / "published",
        state_dir=work / "state",
        api_port=free_port(),
    )


def free_port() -> int:
    """Return a port of this machine that nobody uses."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    return port


@contextlib.contextmanager
def service(
    publish_dir: Path, state_dir: Path, port: int, log: Path, **more: str
) -> Iterator[subprocess.Popen[bytes]]:
    """Run the service until it is left; its log goes to a file.

    Args:
        publish_dir: What is served.
        state_dir: Its tokens.
        port: A free one.
        log: The file.
        more: Other settings, by their variables.

    Raises:
        SystemExit: It does not become ready.
    """
    places = {"PUBLISH_DIR": str(publish_dir), "STATE_DIR": str(state_dir), "API_PORT": str(port)}
    with log.open("wb") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "serving", "api"],
            env={**without_settings(), **places, **more},
            stdout=said,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait(f"http://127.0.0.1:{port}/readyz", process, log)
            yield process
        finally:
            process.terminate()
            process.wait(30)


def _wait(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + MOST_SECONDS_TO_START
    while time.monotonic() < until and process.poll() is None:
        with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=5):  # noqa: S310 - our own service
            return
        time.sleep(0.1)
    raise SystemExit(f"bench: the service did not start; see {log}")
