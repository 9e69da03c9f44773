"""A stand-in that remembers: asks the sandbox once per request, then answers from disk.

    python -m benchmarks.recorder UPSTREAM FOLDER

So the loader and the bare loop are served the very same bytes at the same speed, and neither waits for the sandbox to
invent its company. Prints its address. `FOLDER/requests.jsonl` lists the requests in the order they first came.
"""

import hashlib
import json
import sys
import threading
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

PASSED_ON = ("authorization", "content-type", "x-api-key", "anthropic-version")


class Recorder(ThreadingHTTPServer):
    """The server with its memory."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, upstream: str, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.upstream = upstream
        self.folder = folder
        self.lock = threading.Lock()
        folder.mkdir(parents=True, exist_ok=True)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # one packet per answer

    def do_GET(self) -> None:
        self._answer(b"")

    def do_POST(self) -> None:
        self._answer(self.rfile.read(int(self.headers.get("content-length") or 0)))

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Say nothing: the loader reports."""

    def _answer(self, body: bytes) -> None:
        assert isinstance(self.server, Recorder)  # noqa: S101 - narrows the type
        key = hashlib.sha256(f"{self.command} {self.path}\n".encode() + body).hexdigest()
        path = self.server.folder / f"{key}.json"
        if path.exists():
            status, content = 200, path.read_bytes()
        else:
            status, content = self._ask(body)
            if status == 200:
                self._remember(path, content, body)
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _ask(self, body: bytes) -> tuple[int, bytes]:
        assert isinstance(self.server, Recorder)  # noqa: S101 - narrows the type
        headers = {name: value for name in PASSED_ON if (value := self.headers.get(name))}
        request = urllib.request.Request(  # noqa: S310 - a loopback address
            self.server.upstream + self.path,
            data=body or None,
            headers=headers,
            method=self.command,
        )
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:  # noqa: S310 - the same
                return 200, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()

    def _remember(self, path: Path, content: bytes, body: bytes) -> None:
        assert isinstance(self.server, Recorder)  # noqa: S101 - narrows the type
        with self.server.lock:
            path.write_bytes(content)
            line = json.dumps([self.command, self.path, body.decode()])
            with (self.server.folder / "requests.jsonl").open("a", encoding="utf-8") as file:
                file.write(line + "\n")


def main(upstream: str, folder: str) -> None:
    """Serve until killed."""
    server = Recorder(upstream.rstrip("/"), Path(folder))
    sys.stdout.write(f"http://127.0.0.1:{server.server_address[1]}\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
