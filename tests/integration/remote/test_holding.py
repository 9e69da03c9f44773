"""Programs with `STATE_URL` and `PUBLISH_URL`: started in an empty container each time, killed at random, two at once."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from tests.repository.project import ROOT
from warehouse.remote.generations import newest_number
from warehouse.remote.lease import Lease
from warehouse.remote.place import below, open_place

KEY = "k" * 32


class Containers:
    """A machine without a disk after another; what they share is an address."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url, self.folder, self.n = url, folder, 0

    def environment(self, here: Path) -> dict[str, str]:
        return {
            **os.environ,
            "ENV_FILE": "",
            "STATE_URL": f"{self.url}/state",
            "PUBLISH_URL": f"{self.url}/published",
            "STATE_DIR": str(here / "state"),
            "PUBLISH_DIR": str(here / "published"),
            "PIPELINES_DIR": str(here / "dlt"),
            "DUCKDB_PATH": str(here / "w.duckdb"),
            "PRIVACY_KEY": KEY,
            "STATE_LOCK_SECONDS": "1",
            "STATE_WAIT_SECONDS": "60",
        }

    def start(self, *program: str, **more: str) -> tuple[Path, "subprocess.Popen[str]"]:
        """Start a program as a shell does in the background: keyboards do not end it."""
        self.n += 1
        here = self.folder / f"container-{self.n}"
        here.mkdir()
        process = subprocess.Popen(
            [sys.executable, "-m", *(program or ("tests.integration.remote.program",))],
            cwd=ROOT,
            env={**self.environment(here), **more},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),
        )
        return here, process

    def run(self, *program: str, **more: str) -> tuple[Path, int, str]:
        here, process = self.start(*program, **more)
        said, _ = process.communicate(timeout=120)
        return here, process.returncode, said


@pytest.fixture
def containers(url: str, tmp_path: Path) -> Containers:
    return Containers(url, tmp_path)


@pytest.fixture
def beside_a_folder(tmp_path: Path) -> Containers:
    """For what is the same wherever it lies."""
    return Containers(str(tmp_path / "elsewhere"), tmp_path)


def whole(here: Path) -> int:
    """Return how often the program ran, when everything that it keeps says the same."""
    lines = (here / "state" / "ledger").read_text(encoding="utf-8").splitlines()
    n = len(lines)
    assert lines == [str(one) for one in range(1, n + 1)]
    assert (here / "w.duckdb").read_bytes() == n.to_bytes(8, "big") * 50_000
    parts = {path.read_text(encoding="utf-8") for path in (here / "state").glob("part-*")}
    assert parts == {str(n)}
    pointer = json.loads((here / "published" / "current.json").read_text(encoding="utf-8"))
    assert pointer == {"snapshot_id": f"snapshot-{n}"}
    assert (here / "published" / f"snapshot-{n}" / "a.parquet").read_text(encoding="utf-8") == str(
        n
    )
    return n


def test_the_second_run_knows_the_first(containers: Containers) -> None:
    for n in (1, 2, 3):
        here, code, said = containers.run()
        assert (code, f"ended {n}" in said) == (0, True), said
        assert whole(here) == n
    assert "STATE_URL: generation" in said


def killed_while_it_puts_back(containers: Containers, times: int, seed: int) -> None:
    """Kill a program at random moments, start the next one each time, and look whether all fits together.

    It puts back twice. What a killed one had put back whole is kept, and what it had not is done again: neither lost nor doubled.
    """
    chance = random.Random(seed)
    here, code, said = containers.run()
    assert code == 0, said
    place = below(open_place("STATE_URL", f"{containers.url}/state"), "run")
    n, longest, put_back = 1, 0.5, {0: 0, 1: 0, 2: 0}
    for _ in range(times):
        before = newest_number(place)
        _, process = containers.start()
        assert process.stdout is not None
        told = ""
        while not (line := process.stdout.readline()).startswith("began"):
            told += line
            assert line, told
        time.sleep(longest * chance.random())
        process.send_signal(signal.SIGKILL)
        process.communicate()
        n_put_back = newest_number(place) - before
        put_back[n_put_back] += 1
        here, code, said = containers.run()
        assert code == 0, said
        n += 1 + (n_put_back > 0)
        assert whole(here) == n, said
        for old in containers.folder.glob("container-*"):
            shutil.rmtree(old)
    sys.stdout.write(f"{containers.url}: {times} kills, by what was put back of two: {put_back}\n")


def test_killed_while_it_puts_back(containers: Containers) -> None:
    killed_while_it_puts_back(containers, 3, seed=7)


@pytest.mark.proofs
def test_killed_twenty_times_while_it_puts_back(containers: Containers) -> None:
    killed_while_it_puts_back(containers, 20, seed=8)


def test_of_two_at_once_the_second_waits(containers: Containers) -> None:
    """Three are started together; each adds one."""
    started = [containers.start() for _ in range(3)]
    ended = [process.communicate(timeout=120)[0] for _, process in started]
    assert [process.returncode for _, process in started] == [0, 0, 0], ended
    here, _, _ = containers.run()
    assert whole(here) == 4


def test_who_waited_long_enough_is_refused_with_a_code_of_its_own(
    beside_a_folder: Containers,
) -> None:
    place = below(open_place("STATE_URL", f"{beside_a_folder.url}/state"), "run")
    lease = Lease(place, what="nightly")
    lease.take(0, lambda _: None)
    here, code, said = beside_a_folder.run("privacy", "status", STATE_WAIT_SECONDS="1")
    assert code == 8, said
    assert "privacy: Another run (nightly on" in said
    assert "privacy: exit code 8: another run holds the state; nothing was touched" in said
    assert list(here.iterdir()) == []
    lease.release()


def test_a_run_that_lost_its_lock_puts_nothing_back(beside_a_folder: Containers) -> None:
    """The other one, which took it meanwhile, is not written over, and the run says what to do."""
    beside_a_folder.run()
    _, process = beside_a_folder.start("tests.integration.remote.sleeper")
    assert process.stdout is not None
    while not (line := process.stdout.readline()).startswith("asleep"):
        assert line
    process.send_signal(
        signal.SIGSTOP
    )  # as a machine that is frozen for longer than its lock lasts
    here, code, said = beside_a_folder.run()
    assert code == 0, said
    process.send_signal(signal.SIGCONT)
    said, _ = process.communicate(timeout=30)
    assert process.returncode == 1, said
    assert "run it again: it begins with the last whole state" in said
    here, code, said = beside_a_folder.run()
    assert (code, whole(here)) == (0, 3), said


def test_a_key_that_would_lie_beside_what_it_seals_is_refused(beside_a_folder: Containers) -> None:
    _, code, said = beside_a_folder.run("privacy", "status", PRIVACY_KEY="")
    assert (code, "PRIVACY_KEY: must be set where STATE_URL is" in said) == (7, True), said


def test_a_state_that_is_too_large_is_refused_and_the_one_before_stays(
    beside_a_folder: Containers,
) -> None:
    _, code, said = beside_a_folder.run()
    assert code == 0, said
    _, code, said = beside_a_folder.run("tests.integration.remote.grower", STATE_LIMIT_MIB="1")
    assert (code, "takes 1 (STATE_LIMIT_MIB)" in said) == (1, True), said
    here, code, said = beside_a_folder.run()
    assert (code, whole(here)) == (0, 2), said


def test_the_loader_goes_on_in_another_container(
    beside_a_folder: Containers, tmp_path: Path
) -> None:
    """With the warehouse and the working folder of the one before: it adds nothing twice and misses nothing."""
    sheets = tmp_path / "sheets"
    shutil.copytree(ROOT / "docs" / "sheet-templates", sheets)
    people = sheets / "people.csv"
    header = people.read_text(encoding="utf-8").splitlines()[0]
    people.write_text(f"{header}\nada@acme.example,,Ada,,core,,,,\n", encoding="utf-8")
    more = {"SHEETS_CSV_DIR": str(sheets), "AS_OF": "2026-11-21", "SINCE": "2026-11-20"}
    first, code, said = beside_a_folder.run("extract", **more)
    assert code == 0, said
    shutil.rmtree(first)
    beside_a_folder.n = (
        0  # every container has the same paths, by which the loader finds its folder
    )
    with people.open("a", encoding="utf-8") as file:
        file.write("bob@acme.example,,Bob,,core,,,,\n")
    here, code, said = beside_a_folder.run("extract", **more)
    assert code == 0, said
    with duckdb.connect(str(here / "w.duckdb"), read_only=True) as connection:
        names = connection.execute("select name from raw_sheets.people order by name").fetchall()
    assert names == [("Ada",), ("Bob",)]
