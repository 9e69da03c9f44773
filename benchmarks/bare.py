"""The least that extraction could do: fetch every recorded request and parse its JSON.

    python -m benchmarks.bare ADDRESS FOLDER

One connection, kept open; no contract, no table, no warehouse.
"""

import http.client
import json
import sys
from pathlib import Path
from urllib.parse import urlsplit


def main(address: str, folder: str) -> None:
    """Fetch and parse everything, print the number of bytes."""
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=120)
    n_bytes = 0
    with (Path(folder) / "requests.jsonl").open(encoding="utf-8") as requests:
        for line in requests:
            method, path, body = json.loads(line)
            connection.request(method, path, body=body or None)
            content = connection.getresponse().read()
            json.loads(content)
            n_bytes += len(content)
    sys.stdout.write(f"{n_bytes}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
