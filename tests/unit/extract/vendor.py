"""A tiny HTTP server on loopback that answers by script and remembers what it was asked."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit


@dataclass
class Asked:
    """One request as it arrived."""

    method: str
    path: str
    query: list[tuple[str, str]]
    headers: dict[str, str]
    body: Any
    at: float


@dataclass
class Reply:
    """One answer; `cut` closes the line after half of the body."""

    status: int = 200
    body: object = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False


@dataclass
class Vendor:
    """The server's address and its memory."""

    url: str
    asked: list[Asked]


def _body(raw: bytes) -> Any:
    if not raw:
        return None
    return json.loads(raw) if raw[:1] in b"{[" else dict(parse_qsl(raw.decode()))


Script = Callable[[Asked], Reply] | list[Reply]


@contextmanager
def vendor(script: Script) -> Iterator[Vendor]:
    """Serve replies in order (the last one for ever), or by function."""
    asked: list[Asked] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            parts = urlsplit(self.path)
            request = Asked(
                self.command,
                parts.path,
                parse_qsl(parts.query),
                {name.lower(): value for name, value in self.headers.items()},
                _body(raw),
                time.monotonic(),
            )
            asked.append(request)
            reply = (
                script[min(len(asked), len(script)) - 1]
                if isinstance(script, list)
                else script(request)
            )
            body = reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body).encode()
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body[: len(body) // 2] if reply.cut else body)
            if reply.cut:
                self.close_connection = True

        do_GET = _answer
        do_POST = _answer

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield Vendor(f"http://127.0.0.1:{server.server_port}", asked)
        finally:
            server.shutdown()
            thread.join()
