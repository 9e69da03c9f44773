"""Measure the API with many clients at once while snapshots are swapped underneath; print a table, keep it as JSON.

make bench-api                                    1,000 clients, 30 seconds each way
make bench-api ARGS='--clients 100 --seconds 10'
"""

import argparse
import contextlib
import datetime as dt
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from benchmarks.api.world import build, stamp, stamps_of
from benchmarks.processes import memory_mib, own_cpu_seconds
from benchmarks.service import service, settings_in
from benchmarks.tables import print_table
from serving.api.tokens import TokenStore
from serving.config import Settings
from serving.publish import publish
from warehouse.command import begin

WORK = Path("data/bench/api")
RATE = 100_000_000
"""Requests a minute for a token: this is not about its limit."""
RESULT = Path("data/bench/api.json")
SECONDS_BETWEEN_SWAPS = 5.0


@dataclass
class Swaps:
    """Publishes a new stamp now and then, until it is stopped."""

    settings: Settings
    stamps: dict[str, int] = field(default_factory=dict)
    stop: threading.Event = field(default_factory=threading.Event)

    def once(self) -> None:
        """Publish the next stamp."""
        number = len(self.stamps) + 1
        stamp(self.settings.duckdb_path, number)
        self.stamps[publish(self.settings).snapshot_id] = number

    def run(self) -> None:
        """Publish one after the other."""
        while not self.stop.wait(SECONDS_BETWEEN_SWAPS):
            self.once()


def main() -> int:
    """Measure and print; 1 when an answer failed or was mixed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.api", description=__doc__)
    parser.add_argument("--clients", type=int, default=1_000)
    parser.add_argument("--seconds", type=int, default=30)
    asked = parser.parse_args()
    settings = replace(settings_in(WORK), publish_keep=1)
    print("bench: writing and publishing the marts …", flush=True)
    build(settings.duckdb_path)
    swaps = Swaps(settings)
    swaps.once()
    _, token = TokenStore(settings.state_dir).create(
        "viewer", ["*"], at=dt.datetime.now(dt.UTC), days=1
    )
    results = []
    with service(
        settings.publish_dir,
        settings.state_dir,
        settings.api_port,
        WORK / "service.log",
        API_RATE_PER_MINUTE=str(RATE),
    ) as process:
        for name, pause, is_swapped in (
            ("each asks once a second", 1.0, False),
            ("the same, snapshots swapped", 1.0, True),
            ("as fast as answers come", 0.0, False),
        ):
            print(f"bench: {asked.clients} clients, {name}, {asked.seconds} s …", flush=True)
            n_before, cpu_before = len(swaps.stamps), own_cpu_seconds(process.pid)
            with _swapping(swaps) if is_swapped else contextlib.nullcontext():
                found = _load(
                    port=settings.api_port,
                    token=token,
                    n_clients=asked.clients,
                    seconds=asked.seconds,
                    pause=pause,
                )
            found["case"], found["n_swaps"] = name, len(swaps.stamps) - n_before
            found["n_mixed"] = _n_mixed(found.pop("bodies"), swaps.stamps)
            taken = own_cpu_seconds(process.pid) - cpu_before
            found["cpu_us_per_answer"] = round(taken / max(1, found["n_answers"]) * 1e6)
            found["resident_mib"] = memory_mib(process.pid, "VmHWM")
            results.append(found)
    RESULT.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    _print(results)
    return int(any(found["n_errors"] or found["n_mixed"] for found in results))


@contextlib.contextmanager
def _swapping(swaps: Swaps) -> Iterator[None]:
    swaps.stop.clear()
    thread = threading.Thread(target=swaps.run)
    thread.start()
    try:
        yield
    finally:
        swaps.stop.set()
        thread.join()


def _load(**arguments: float | str) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.api.load"]
    done = subprocess.run(
        command, input=json.dumps(arguments), capture_output=True, text=True, check=True
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _n_mixed(bodies: list[str], stamps: dict[str, int]) -> int:
    """Count the different answers that do not show their own snapshot's stamp throughout."""
    answers = [json.loads(body) for body in bodies]
    return sum(
        not stamps_of(answer) <= {stamps[answer["snapshot_id"]]}
        for answer in answers
        if "snapshot_id" in answer
    )


def _print(results: list[dict[str, Any]]) -> None:
    columns = (
        *("case", "n_answers", "per_minute", "p50_ms", "p95_ms", "p99_ms", "slowest_ms"),
        *("first_p95_ms", "n_errors", "n_mixed", "n_swaps", "cpu_us_per_answer", "resident_mib"),
    )
    print_table(columns, results)


if __name__ == "__main__":
    begin("bench-api", main)
