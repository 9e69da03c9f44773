"""Plants the mutants, two at a time in copies of their own, and judges what their tests say."""

import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from queue import SimpleQueue

from tests.mutants.catalogue import Kind, Mutant
from tests.mutants.copies import make_copy, planted
from tests.mutants.dbt_tests import prepare, run_dbt, share
from tests.mutants.locating import Checkout, DoesNotApplyError, Place, addresses, places
from tests.mutants.outcomes import Became, Outcome, Outcomes
from tests.mutants.python_tests import run_pytest
from tests.mutants.warm import ending_with

COPIES = 2
SECONDS = 900.0
"""More than any mutant's tests take on a busy machine; what takes longer hangs."""
BASELINE_SECONDS = 3_600.0


class Verdict(StrEnum):
    """What became of a mutant; all but the first one are faults of the tests, or of the mutant."""

    RED = "red"
    SURVIVED = "SURVIVED"
    DOES_NOT_APPLY = "DOES NOT APPLY"
    BROKEN = "BROKEN"


@dataclass(frozen=True)
class Judged:
    """A mutant and what became of it."""

    mutant: Mutant
    verdict: Verdict
    why: str = ""
    seconds: float = 0.0


@dataclass(frozen=True)
class _Ready:
    mutant: Mutant
    places: list[Place]
    tests: list[str]


def applied(mutants: Sequence[Mutant], checkout: Checkout) -> tuple[list[_Ready], list[Judged]]:
    """Find every mutant's text and tests; return those that apply and the verdict on the others."""
    ready, wrong = [], []
    for mutant in mutants:
        try:
            found = _Ready(mutant, places(mutant, checkout), addresses(mutant, checkout))
        except DoesNotApplyError as error:
            wrong.append(Judged(mutant, Verdict.DOES_NOT_APPLY, str(error)))
        else:
            ready.append(found)
    return ready, wrong


def run_mutants(
    mutants: Sequence[Mutant], checkout: Checkout, say: Callable[[Judged], None]
) -> list[Judged]:
    """Run the tests of all mutants without a fault, then those of each with it; `say` hears each verdict."""
    ready, wrong = applied(mutants, checkout)
    for one in wrong:
        say(one)
    with _copies(checkout) as folders:
        green = _without_fault(folders, ready)
        free: SimpleQueue[Path] = SimpleQueue()
        for folder in folders:
            free.put(folder)

        def judge(one: _Ready) -> Judged:
            folder, started = free.get(), time.monotonic()
            try:
                verdict, why = _judge(folder, one, green)
            finally:
                free.put(folder)
            judged = Judged(one.mutant, verdict, why, time.monotonic() - started)
            say(judged)
            return judged

        with ThreadPoolExecutor(len(folders)) as pool:
            return [*wrong, *pool.map(judge, ready)]


@contextmanager
def _copies(checkout: Checkout) -> Iterator[list[Path]]:
    with tempfile.TemporaryDirectory(prefix="mutants-") as scratch:
        folders = [make_copy(checkout, Path(scratch) / f"copy-{n}") for n in range(COPIES)]
        with ending_with(folders):
            yield folders


def _without_fault(folders: list[Path], ready: list[_Ready]) -> Outcomes:
    """Prepare the copies; return what becomes of every test while nothing is planted."""
    by_kind = {
        kind: sorted({test for one in ready if one.mutant.kind is kind for test in one.tests})
        for kind in Kind
    }
    python = sorted({test.partition("[")[0] for test in by_kind[Kind.PYTEST]})
    dbt = by_kind[Kind.UNIT_TEST] + by_kind[Kind.DATA_TEST]

    def prepared() -> Outcomes:
        if not dbt:
            return {}
        prepare(folders[0])
        return run_dbt(folders[0], dbt, seconds=BASELINE_SECONDS)

    with ThreadPoolExecutor(1) as beside:
        of_dbt = beside.submit(prepared)
        # One case of a test stands for itself when it is planted; here all of them have to be green.
        found = run_pytest(folders[-1], python, seconds=BASELINE_SECONDS) if python else {}
        found = {
            test: found[name]
            for test in by_kind[Kind.PYTEST]
            if (name := test.partition("[")[0]) in found
        }
        found |= of_dbt.result()
    if dbt:
        for folder in folders[1:]:
            share(folders[0], folder)
    return found


def _judge(folder: Path, one: _Ready, green: Outcomes) -> tuple[Verdict, str]:
    for test in one.tests:
        before = green.get(test, Outcome(Became.BROKEN, "did not run"))
        if before.became is not Became.GREEN:
            return Verdict.BROKEN, f"without the fault {test} is {before.became}: {before.why}"
    with planted(folder, one.places):
        found = _run(folder, one)
    survived = []
    for test in one.tests:
        outcome = found.get(test, Outcome(Became.BROKEN, "did not run"))
        if outcome.became is Became.BROKEN:
            return Verdict.BROKEN, f"{test}: {outcome.why}"
        if outcome.became is Became.GREEN:
            survived.append(test)
    return (Verdict.SURVIVED, f"green: {', '.join(survived)}") if survived else (Verdict.RED, "")


def _run(folder: Path, one: _Ready) -> Outcomes:
    if one.mutant.kind is Kind.PYTEST:
        return run_pytest(folder, one.tests, seconds=SECONDS, stop=len(one.tests) == 1)
    models: list[str] = []
    if one.mutant.kind is Kind.DATA_TEST:
        changed = (place.path for place in one.places)
        models = [*one.mutant.build, *(path.stem for path in changed if "models" in path.parts)]
    return run_dbt(folder, one.tests, seconds=SECONDS, models=models)
