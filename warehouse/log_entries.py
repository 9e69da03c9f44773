"""An entry of a log as Cloud Logging reads it: one line of JSON, with its names for severity, instant, labels and trace.

```json
{"severity": "INFO", "message": "extract cursor: ok, 1,204 rows in 2.1 s", "time": "2026-12-01T06:03:10.250000Z",
 "logging.googleapis.com/labels": {"program": "extract", "run": "…"}, "step": "extract", "source": "cursor", "rows": 1204, …}
```
"""

import datetime as dt
import json
import logging
import re
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from warehouse.redaction import Redaction

LABELS = "logging.googleapis.com/labels"
TRACE = "logging.googleapis.com/trace"
PLACE = "logging.googleapis.com/sourceLocation"
LONGEST = 60_000
"""Letters of a message; an entry has to stay below 256 KiB, and its letters may take four bytes each."""
_FORMATTER = logging.Formatter()
_TRACEPARENT = re.compile(r"[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")

trace_of_request: ContextVar[str | None] = ContextVar("trace_of_request", default=None)
"""The trace that a request of the service belongs to; its entries say so."""


def trace_in(traceparent: str) -> str | None:
    """Return the trace that a `traceparent` header names; nothing where it is none."""
    found = _TRACEPARENT.fullmatch(traceparent.strip())
    return found[1] if found else None


@dataclass(frozen=True)
class Entries:
    """Makes the entries of one program."""

    labels: dict[str, str]
    redaction: Redaction
    project: str | None = None
    """Google Cloud's, which a trace's full name begins with."""

    def line(
        self,
        severity: str,
        message: str,
        fields: Mapping[str, object] | None = None,
        at: dt.datetime | None = None,
    ) -> str:
        """Return an entry as a line; a field that is None is left out."""
        trace = trace_of_request.get()
        entry: dict[str, Any] = {
            "severity": severity,
            "message": self.redaction.text(message)[:LONGEST],
            "time": f"{at or dt.datetime.now(dt.UTC):%Y-%m-%dT%H:%M:%S.%fZ}",
            LABELS: self.labels,
        }
        if trace is not None:
            entry[TRACE] = f"projects/{self.project}/traces/{trace}" if self.project else trace
        for name, found in (fields or {}).items():
            if found is not None:
                entry[name] = self._clean(found)
        return json.dumps(entry, ensure_ascii=False) + "\n"

    def _clean(self, value: object) -> object:
        """Return what JSON can hold of a value, without keys and addresses; what it has no form for is its text."""
        if value is None or isinstance(value, bool | int | float):
            return value
        if isinstance(value, Mapping):
            return {self.redaction.text(str(key)): self._clean(one) for key, one in value.items()}
        if isinstance(value, list | tuple):
            return [self._clean(one) for one in value]
        return self.redaction.text(str(value))

    def of_record(self, record: logging.LogRecord) -> str:
        """Return the entry of what was said to Python's logging, with the traceback where there is one."""
        message = record.getMessage()
        if record.exc_info:
            message += "\n" + _FORMATTER.formatException(record.exc_info)
        place = {
            "file": record.pathname,
            "line": str(record.lineno),
            "function": record.funcName or "",
        }
        at = dt.datetime.fromtimestamp(record.created, dt.UTC)
        return self.line(record.levelname, message, {"logger": record.name, PLACE: place}, at)
