"""Measure the API with many clients at once while snapshots are swapped underneath; print a table, keep it as JSON.

make bench-api                                    1,000 clients, 30 seconds each way
make bench-api ARGS='--clients 100 --seconds 10'
"""

import argparse
import contextlib
import datetime as dt
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.api.world import build, stamp, stamps_of
from benchmarks.surroundings import without_settings
from benchmarks.tables import print_table
from serving.api.tokens import TokenStore
from serving.config import Settings
from serving.publish import publish
from warehouse.command import begin

WORK = Path("data/bench/api")
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
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir(parents=True)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    settings = Settings(
        as_of=dt.datetime(2026, 7, 1, tzinfo=dt.UTC),
        duckdb_path=WORK / "warehouse.duckdb",
        publish_dir=WORK / "published",
        state_dir=WORK / "state",
        publish_keep=1,
        api_port=port,
        api_rate_per_minute=100_000_000,
    )
    print("bench: writing and publishing the marts …", flush=True)
    build(settings.duckdb_path)
    swaps = Swaps(settings)
    swaps.once()
    _, token = TokenStore(settings.state_dir).create(
        "viewer", ["*"], at=dt.datetime.now(dt.UTC), days=1
    )
    results = []
    with service(settings, WORK) as process:
        for name, pause, is_swapped in (
            ("each asks once a second", 1.0, False),
            ("the same, snapshots swapped", 1.0, True),
            ("as fast as answers come", 0.0, False),
        ):
            print(f"bench: {asked.clients} clients, {name}, {asked.seconds} s …", flush=True)
            n_before, cpu_before = len(swaps.stamps), _cpu_seconds(process.pid)
            with _swapping(swaps) if is_swapped else contextlib.nullcontext():
                found = _load(
                    port=port,
                    token=token,
                    n_clients=asked.clients,
                    seconds=asked.seconds,
                    pause=pause,
                )
            found["case"], found["n_swaps"] = name, len(swaps.stamps) - n_before
            found["n_mixed"] = _n_mixed(found.pop("bodies"), swaps.stamps)
            cpu_seconds = _cpu_seconds(process.pid) - cpu_before
            found["cpu_us_per_answer"] = round(cpu_seconds / max(1, found["n_answers"]) * 1e6)
            found["resident_mib"] = resident_mib(process.pid)
            results.append(found)
    RESULT.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    _print(results)
    return int(any(found["n_errors"] or found["n_mixed"] for found in results))


@contextlib.contextmanager
def service(settings: Settings, work: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run the service as `make serve` does; its log goes to a folder."""
    places = {
        "PUBLISH_DIR": str(settings.publish_dir),
        "STATE_DIR": str(settings.state_dir),
        "API_PORT": str(settings.api_port),
        "API_RATE_PER_MINUTE": str(settings.api_rate_per_minute),
    }
    command = [sys.executable, "-m", "serving", "api"]
    with (work / "service.log").open("wb") as log:
        process = subprocess.Popen(
            command, env={**without_settings(), **places}, stdout=log, stderr=subprocess.STDOUT
        )
        try:
            _wait(f"http://127.0.0.1:{settings.api_port}/readyz", process, work)
            yield process
        finally:
            process.terminate()
            process.wait(30)


def _wait(address: str, process: subprocess.Popen[bytes], work: Path) -> None:
    for _ in range(300):
        with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=5):  # noqa: S310 - our own service
            return
        if process.poll() is not None:
            break
        time.sleep(0.1)
    raise SystemExit(f"bench: the service did not start; see {work / 'service.log'}")


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


def _cpu_seconds(pid: int) -> float:
    """Return the processor's time of the service: what an answer costs, however busy the machine is."""
    stat = Path(f"/proc/{pid}/stat")
    if not stat.exists():  # only Linux tells it there
        return 0.0
    fields = stat.read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_mib(pid: int) -> int:
    """Return the most that a process has had in memory."""
    status = Path(f"/proc/{pid}/status")
    if not status.exists():  # only Linux tells it there
        return 0
    fields = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
    return int(fields["VmHWM"].split()[0]) // 1024


def _print(results: list[dict[str, Any]]) -> None:
    columns = (
        *("case", "n_answers", "per_minute", "p50_ms", "p95_ms", "p99_ms", "slowest_ms"),
        *("first_p95_ms", "n_errors", "n_mixed", "n_swaps", "cpu_us_per_answer", "resident_mib"),
    )
    print_table(columns, results)


if __name__ == "__main__":
    begin("bench-api", main)
