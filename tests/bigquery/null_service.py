"""A BigQuery without SQL: just enough REST for the real dbt adapter to compile without an account.

Answers 404 to everything, or pretends that the tables of `existing` are there, so that
`is_incremental()` is true. A query is refused and remembered: a model that has to ask the warehouse
while it compiles cannot be proved offline.
"""

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

PREFERRED_PORT = 19071
"""The same address each time keeps dbt's partial parsing: the profile's environment is part of it."""

_DATASETS = re.compile(r"/projects/([^/]+)/datasets$")
_ROUTINES = re.compile(r"/routines$")
_TABLES = re.compile(r"/projects/([^/]+)/datasets/([^/]+)/tables$")
_TABLE = re.compile(r"/projects/([^/]+)/datasets/([^/]+)/tables/([^/]+)$")


class NullService(ThreadingHTTPServer):
    """The server, the tables it pretends to have and the queries it refused."""

    daemon_threads = True

    def __init__(self, port: int) -> None:
        """Listen on the loopback address."""
        super().__init__(("127.0.0.1", port), _Handler)
        self.existing: set[tuple[str, str]] = set()
        self.refused: list[str] = []

    @property
    def address(self) -> str:
        """The base URL."""
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: NullService

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Say nothing."""

    def do_GET(self) -> None:
        path = self.path.split("?")[0]
        if _DATASETS.search(path):
            self._send(200, {"kind": "bigquery#datasetList", "datasets": []})
        elif _ROUTINES.search(path):
            self._send(200, {"kind": "bigquery#listRoutinesResponse", "routines": []})
        elif match := _TABLES.search(path):
            self._send_tables(match[1], match[2])
        elif (match := _TABLE.search(path)) and (match[2], match[3]) in self.server.existing:
            self._send(200, _table(match[1], match[2], match[3]))
        else:
            self._send_error(404, "notFound", "Not found: nothing exists here")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        self.server.refused.append(body.decode(errors="replace")[:2000])
        self._send_error(400, "invalidQuery", "A query at compile time: this service has no SQL")

    def _send_tables(self, project: str, dataset: str) -> None:
        names = sorted(name for folder, name in self.server.existing if folder == dataset)
        if not names:
            self._send_error(404, "notFound", f"Not found: Dataset {project}:{dataset}")
            return
        tables = [_table(project, dataset, name) for name in names]
        self._send(200, {"kind": "bigquery#tableList", "tables": tables, "totalItems": len(tables)})

    def _send_error(self, status: int, reason: str, message: str) -> None:
        detail = {"reason": reason, "message": message}
        self._send(status, {"error": {"code": status, "message": message, "errors": [detail]}})

    def _send(self, status: int, document: dict[str, Any]) -> None:
        content = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


def _table(project: str, dataset: str, name: str) -> dict[str, Any]:
    return {
        "kind": "bigquery#table",
        "type": "TABLE",
        "id": f"{project}:{dataset}.{name}",
        "tableReference": {"projectId": project, "datasetId": dataset, "tableId": name},
        "schema": {"fields": []},
        "numRows": "0",
    }


@contextmanager
def running() -> Iterator[NullService]:
    """Serve on the preferred port, or on any free one when it is taken."""
    try:
        service = NullService(PREFERRED_PORT)
    except OSError:
        service = NullService(0)
    thread = threading.Thread(target=service.serve_forever, daemon=True)
    thread.start()
    try:
        yield service
    finally:
        service.shutdown()
        service.server_close()
        thread.join()
