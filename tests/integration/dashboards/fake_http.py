"""The stand-in of Metabase as a server on a port of its own."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from tests.integration.dashboards.fake_metabase import API_KEY, FakeMetabase
from tests.integration.dashboards.fake_rules import Refused


@contextmanager
def answering(fake: FakeMetabase) -> Iterator[FakeMetabase]:
    """Let it answer on a port of its own."""

    class Handles(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = 65536  # head and body in one packet

        def _do(self) -> None:
            address = urlsplit(self.path)
            path = unquote(address.path)
            raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            query = {name: values[0] for name, values in parse_qs(address.query).items()}
            with fake.lock:
                status, answer = self._answer(path, query, raw)
            if status == 0:
                self.close_connection = True
                self.connection.close()
                return
            body = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def _answer(self, path: str, query: dict[str, str], raw: bytes) -> tuple[int, Any]:
            if self.headers.get("x-api-key") != API_KEY:
                return 401, "Unauthenticated"
            if fake.busy:
                return fake.busy.pop(0), "busy"
            if fake.lose_after_write is not None and fake.n_writes >= fake.lose_after_write:
                return 0, None
            fake.requests.append((self.command, path))
            try:
                answer = fake.answer(self.command, path, query, json.loads(raw or b"{}"))
            except Refused as refused:
                return refused.status, {"message": str(refused)}
            is_lost = fake.lose_after_write is not None and fake.n_writes >= fake.lose_after_write
            return (0, None) if is_lost else (200, json.loads(json.dumps(answer)))

        do_GET = do_POST = do_PUT = _do

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handles)
    server.daemon_threads = True
    thread = threading.Thread(
        target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
    )
    thread.start()
    fake.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()
