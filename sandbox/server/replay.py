"""Recorded answers instead of a world: `--replay FOLDER`.

`FOLDER/<vendor>/<endpoint>.json` holds a list of exchanges. The first exchange whose `when`
(query or body parameters, as text) is part of the request is answered:

    [{"when": {"page": "2"}, "status": 200, "body": {...}}, {"when": {}, "body": {...}}]

Keys are still checked, page tokens and dates are not: a recording knows one query only.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import orjson

from sandbox.server.answers import Answer, JsonObject, json_answer
from sandbox.server.endpoints import ENDPOINTS


@dataclass(frozen=True)
class Recordings:
    """Exchanges by the endpoint's full name."""

    exchanges: Mapping[str, list[JsonObject]]

    @classmethod
    def read(cls, folder: Path) -> "Recordings":
        """Read all recordings of a folder.

        Raises:
            FileNotFoundError: The folder holds no recording.
        """
        found = {}
        for endpoint in ENDPOINTS:
            path = folder / endpoint.vendor / f"{endpoint.name}.json"
            if path.is_file():
                found[endpoint.full_name] = orjson.loads(path.read_bytes())
        if not found:
            raise FileNotFoundError(f"no recorded answer under {folder}")
        return cls(found)

    def knows(self, vendor: str) -> bool:
        """Say whether anything was recorded of a vendor."""
        return any(name.startswith(f"{vendor}.") for name in self.exchanges)

    def answer(self, endpoint: str, parameters: Mapping[str, str]) -> Answer | None:
        """Return the recorded answer to a request, or None when nothing was recorded."""
        for exchange in self.exchanges.get(endpoint, []):
            wanted = exchange.get("when", {})
            if all(parameters.get(name) == value for name, value in wanted.items()):
                return json_answer(
                    exchange["body"], exchange.get("status", 200), exchange.get("headers")
                )
        return None
