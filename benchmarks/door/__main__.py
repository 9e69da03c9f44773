"""Attack the service while somebody else uses it; print what that costs others, beside the same without an attack.

make bench-door                        each attack for 15 seconds, then all at once
make bench-door ARGS='--seconds 5'
make bench-door ARGS='--only "slow readers"'   that one, with and without

The CPU seconds that the service and the attackers took are printed beside it, and the machine's own load: on a busy one compare
those, and the ratios. Attackers give way to the service (`nice`): on two cores it is the service that is measured.
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
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.api.load import percentile
from benchmarks.api.world import ADDRESSES, build, stamp
from benchmarks.door.attacks import ATTACKS
from benchmarks.processes import cpu_seconds, tree_mib
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
SECONDS_BETWEEN_LOOKS = 0.1
MOST_SECONDS_TO_IDLE = 60.0
MOST_IDLE_SHARE = 0.1
"""Of a core: below it the service has nothing to do."""


class Reader(threading.Thread):
    """Somebody else, who asks twenty times a second, every second time over a new connection."""

    def __init__(self, port: int, token: str) -> None:
        super().__init__(daemon=True)
        self._port, self._token = port, token
        self.seconds: list[float] = []
        self.failures: list[str] = []
        self.not_ready = 0
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
            turn += 1
            self.stop.wait(max(0.0, 1 / ATTEMPTS_A_SECOND - (time.perf_counter() - began)))

    def _ask(self, path: str) -> None:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self._port}{path}",
            headers={"Authorization": f"Bearer {self._token}"},
        )
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - our own service
            answer.read()


class Watch(threading.Thread):
    """Looks at the memory of the service and of all that it started."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._pid = pid
        self.peak_mib = 0
        self.stop = threading.Event()

    def run(self) -> None:
        """Look until stopped."""
        while not self.stop.wait(SECONDS_BETWEEN_LOOKS):
            self.peak_mib = max(self.peak_mib, tree_mib(self._pid))


def main() -> int:
    """Measure and print; 1 when others were held up, or the memory grew too much."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.door", description=__doc__)
    parser.add_argument("--seconds", type=int, default=15)
    parser.add_argument("--only", choices=sorted(ATTACKS))
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
        _wait_until_idle(process.pid)
        for name, attacks in _cases(asked.only):
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


def _cases(only: str | None) -> Iterator[tuple[str, tuple[str, ...]]]:
    yield "nobody attacks", ()
    for name in ATTACKS:
        if only in (None, name):
            yield name, (name,)
    if only is None:
        yield "all of them at once", tuple(ATTACKS)
    yield "nobody attacks any more", ()


def _wait_until_idle(pid: int) -> None:
    """Wait until the service has drawn what it draws ahead: it is no part of what attacks cost."""
    until = time.monotonic() + MOST_SECONDS_TO_IDLE
    while time.monotonic() < until:
        before = cpu_seconds(pid)
        time.sleep(1)
        if cpu_seconds(pid) - before < MOST_IDLE_SHARE:
            return
    print("bench: the service does not come to rest; the first figures are too high", flush=True)


def _measured(
    name: str,
    pid: int,
    port: int,
    mine: str,
    theirs: list[str],
    attacks: tuple[str, ...],
    seconds: float,
) -> dict[str, Any]:
    reader, watch = Reader(port, mine), Watch(pid)
    processes = {
        attack: subprocess.Popen(
            [sys.executable, "-m", "benchmarks.door.attacks"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for attack in attacks
    }
    for process in processes.values():
        assert process.stdout is not None  # noqa: S101 - opened as a pipe
        process.stdout.readline()  # it is ready: to start a program is no attack
    before = cpu_seconds(pid)
    for attack, process in processes.items():
        assert process.stdin is not None  # noqa: S101 - opened as a pipe
        json.dump(
            {"name": attack, "port": port, "tokens": theirs, "seconds": seconds}, process.stdin
        )
        process.stdin.close()
    watch.start()
    reader.start()
    time.sleep(seconds)
    reader.stop.set()
    reader.join(60)
    cpu = cpu_seconds(pid) - before
    watch.stop.set()
    became: dict[str, dict[str, int]] = {}
    attackers_cpu = 0.0
    for attack, process in processes.items():
        assert process.stdout is not None  # noqa: S101 - opened as a pipe
        told = json.loads(process.stdout.read() or '{"became": {}, "cpu_seconds": 0}')
        became[attack], attackers_cpu = told["became"], attackers_cpu + told["cpu_seconds"]
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
        "peak_mib": watch.peak_mib,
        "cpu_s": round(cpu, 2),
        "attackers_cpu_s": round(attackers_cpu, 2),
        "load": round(os.getloadavg()[0], 1),
        "became": became,
    }


def _print(results: list[dict[str, Any]]) -> None:
    columns = (
        *("case", "n_answers", "p50_ms", "p95_ms", "p95_ratio", "slowest_ms"),
        *("n_failed", "not_ready", "peak_mib", "mib_more", "cpu_s", "attackers_cpu_s", "load"),
    )
    print_table(columns, results)
    for found in results:
        for attack, became in found["became"].items():
            told = ", ".join(f"{number} {words}" for words, number in sorted(became.items()))
            print(f"{found['case']}: {attack}: {told}")


if __name__ == "__main__":
    begin("bench-door", main)
