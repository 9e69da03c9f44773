"""Attack the service while somebody else uses it; print what that costs others, beside the same without an attack.

make bench-door                        each attack for 15 seconds, then all at once
make bench-door ARGS='--seconds 5'

The machine's own load is printed beside it: on a busy one compare the ratios.
"""

import argparse
import contextlib
import datetime as dt
import json
import os
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path
from typing import Any

from benchmarks.api.load import percentile
from benchmarks.api.world import ADDRESSES, build, stamp
from benchmarks.door.attacks import ATTACKS
from benchmarks.processes import memory_mib
from benchmarks.service import service, settings_in
from benchmarks.tables import print_table
from serving.api.tokens import TokenStore
from serving.publish import publish
from warehouse.command import begin

WORK = Path("data/bench/door")
RESULT = Path("data/bench/door.json")
MOST_P95_MS = 200
MOST_MIB_MORE = 512
N_ATTACKERS = 4
"""Tokens of whoever attacks."""
ATTEMPTS_A_SECOND = 20


class Reader(threading.Thread):
    """Somebody else, who asks twenty times a second, every second time over a new connection."""

    def __init__(self, port: int, token: str) -> None:
        super().__init__(daemon=True)
        self._port, self._token = port, token
        self.seconds: list[float] = []
        self.failures: list[str] = []
        self.not_ready = 0
        self.peak_mib = 0
        self.pid = 0
        self.stop = threading.Event()

    def run(self) -> None:
        """Ask until stopped."""
        turn = 0
        while not self.stop.is_set():
            began = time.perf_counter()
            # What was asked before, what was not, and a page of rows.
            path = (
                ADDRESSES[turn % len(ADDRESSES)],
                f"{ADDRESSES[turn % len(ADDRESSES)]}&end_date=2026-06-{turn % 28 + 1:02}",
                f"/api/v1/analytics/marts/mart_savings__daily?limit={turn % 500 + 1}",
            )[turn % 3]
            try:
                self._ask(path)
            except OSError as error:
                self.failures.append(type(error).__name__)
            self.seconds.append(time.perf_counter() - began)
            if turn % ATTEMPTS_A_SECOND == 0:
                with contextlib.suppress(OSError):
                    self._ask("/readyz")
                    self.not_ready -= 1
                self.not_ready += 1
                self.peak_mib = max(self.peak_mib, memory_mib(self.pid, "VmRSS"))
            turn += 1
            self.stop.wait(max(0.0, 1 / ATTEMPTS_A_SECOND - (time.perf_counter() - began)))

    def _ask(self, path: str) -> None:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self._port}{path}",
            headers={"Authorization": f"Bearer {self._token}"},
        )
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - our own service
            answer.read()


def main() -> int:
    """Measure and print; 1 when others were held up, or the memory grew too much."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.door", description=__doc__)
    parser.add_argument("--seconds", type=int, default=15)
    asked = parser.parse_args()
    settings = settings_in(WORK)
    port = settings.api_port
    print("bench: writing and publishing the marts …", flush=True)
    build(settings.duckdb_path)
    stamp(settings.duckdb_path, 1)
    publish(settings)
    store = TokenStore(settings.state_dir)
    mine, *theirs = (
        store.create("admin", ["*"], at=dt.datetime.now(dt.UTC), days=1)[1]
        for _ in range(1 + N_ATTACKERS)
    )
    results = []
    with service(settings.publish_dir, settings.state_dir, port, WORK / "service.log") as process:
        _measured("warm-up", process.pid, port, mine, theirs, (), 3)
        for name, attacks in (
            ("nobody attacks", ()),
            *((name, (name,)) for name in ATTACKS),
            ("all of them at once", tuple(ATTACKS)),
            ("nobody attacks any more", ()),
        ):
            print(f"bench: {name}, {asked.seconds} s …", flush=True)
            results.append(_measured(name, process.pid, port, mine, theirs, attacks, asked.seconds))
    idle = results[0]
    for found in results:
        found["p95_ratio"] = round(found["p95_ms"] / idle["p95_ms"], 2)
        found["mib_more"] = found["peak_mib"] - idle["peak_mib"]
    RESULT.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    _print(results)
    return int(
        any(
            found["p95_ms"] > MOST_P95_MS
            or found["n_failed"]
            or found["not_ready"]
            or found["mib_more"] > MOST_MIB_MORE
            for found in results
        )
    )


def _measured(
    name: str,
    pid: int,
    port: int,
    mine: str,
    theirs: list[str],
    attacks: tuple[str, ...],
    seconds: float,
) -> dict[str, Any]:
    reader = Reader(port, mine)
    reader.pid = pid
    processes = {
        attack: subprocess.Popen(
            [sys.executable, "-m", "benchmarks.door.attacks"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for attack in attacks
    }
    for attack, process in processes.items():
        assert process.stdin is not None  # noqa: S101 - opened as a pipe
        json.dump(
            {"name": attack, "port": port, "tokens": theirs, "seconds": seconds}, process.stdin
        )
        process.stdin.close()
    reader.start()
    time.sleep(seconds)
    reader.stop.set()
    reader.join(60)
    became = {}
    for attack, process in processes.items():
        assert process.stdout is not None  # noqa: S101 - opened as a pipe
        became[attack] = json.loads(process.stdout.read() or "{}")
        process.wait()
    ordered = sorted(reader.seconds)
    return {
        "case": name,
        "n_answers": len(ordered),
        "p50_ms": round(percentile(ordered, 0.5) * 1_000, 1),
        "p95_ms": round(percentile(ordered, 0.95) * 1_000, 1),
        "slowest_ms": round(percentile(ordered, 1.0) * 1_000, 1),
        "n_failed": len(reader.failures),
        "failures": sorted(set(reader.failures)),
        "not_ready": reader.not_ready,
        "peak_mib": reader.peak_mib or memory_mib(pid, "VmHWM"),
        "load": round(os.getloadavg()[0], 1),
        "became": became,
    }


def _print(results: list[dict[str, Any]]) -> None:
    columns = (
        *("case", "n_answers", "p50_ms", "p95_ms", "p95_ratio", "slowest_ms"),
        *("n_failed", "not_ready", "peak_mib", "mib_more", "load"),
    )
    print_table(columns, results)
    for found in results:
        for attack, became in found["became"].items():
            told = ", ".join(f"{number} {words}" for words, number in sorted(became.items()))
            print(f"{found['case']}: {attack}: {told}")


if __name__ == "__main__":
    begin("bench-door", main)
