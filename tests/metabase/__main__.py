"""Start a real Metabase in Docker, apply the boards twice, ask every card for its rows, and stop it.

    make metabase-real      TRY_METABASE_VERSION, TRY_DRIVER_VERSION and TRY_METABASE_PORT choose others; KEEP=1 leaves it up

Needs Docker, the internet and a published snapshot (`make run`). It has never been run where this project is tested: no
Metabase can be had there.
"""

import os
import subprocess
import sys
from pathlib import Path

import requests

from tests.metabase.first_run import first_key, wait_for
from warehouse.command import begin

COMPOSE = ["docker", "compose", "-f", str(Path(__file__).parent / "compose.yml")]


def main() -> int:
    """Return 0 when the second run changes nothing and every card has an answer."""
    published = Path(os.environ.get("PUBLISH_DIR") or "data/published").resolve()
    port = os.environ.get("TRY_METABASE_PORT") or "3000"
    url = f"http://127.0.0.1:{port}"
    os.environ["TRY_PUBLISHED_DIR"] = str(published)
    subprocess.run([*COMPOSE, "up", "--build", "--detach"], check=True)
    try:
        wait_for(url)
        key = first_key(url)
        settings = {
            "METABASE_URL": url,
            "METABASE_API_KEY": key,
            "METABASE_PUBLISHED_DIR": "/published",
            "WAREHOUSE": "duckdb",
        }
        for command in ("apply", "plan"):
            ended = subprocess.run(
                [sys.executable, "-m", "dashboards", command],
                env={**os.environ, **settings},
                check=False,
            )
            if ended.returncode:
                return ended.returncode
        return _ask_every_card(url, key)
    finally:
        if not os.environ.get("KEEP"):
            subprocess.run([*COMPOSE, "down", "--volumes"], check=False)


def _ask_every_card(url: str, key: str) -> int:
    headers = {"x-api-key": key}
    failed = 0
    for card in requests.get(f"{url}/api/card", headers=headers, timeout=60).json():
        answer = requests.post(f"{url}/api/card/{card['id']}/query", headers=headers, timeout=120)
        said = answer.json()
        if said.get("status") != "completed":
            failed += 1
            print(f"{card['name']}: {said.get('error')}")
        else:
            print(f"{card['name']}: {said['row_count']} rows")
    print("every card answers" if not failed else f"{failed} cards do not answer")
    return 1 if failed else 0


if __name__ == "__main__":
    begin("metabase-real", main)
