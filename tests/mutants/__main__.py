"""Known faults, planted one at a time: each has to be found by the test that was written for it. See README.md.

python -m tests.mutants                        all of them: what `make mutants` runs
python -m tests.mutants --area api             one area
python -m tests.mutants --only 'a page too few'
python -m tests.mutants --list                 names, and what each replaces
python -m tests.mutants --check                only whether each still applies; plants nothing
"""

import argparse
import resource
import sys
import time
from collections import Counter
from collections.abc import Sequence

from tests.mutants import warm
from tests.mutants.catalogue import CatalogueError, Mutant, read_mutants
from tests.mutants.copies import ROOT
from tests.mutants.dbt_tests import PreparationError
from tests.mutants.locating import Checkout
from tests.mutants.running import Judged, Verdict, applied, run_mutants


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what is asked; the exit code is 0 when every mutant is red, or applies."""
    asked = _parser().parse_args(arguments)
    try:
        mutants = _chosen(read_mutants(), asked.area, asked.only)
    except CatalogueError as error:
        print(f"mutants: {error}")
        return 1
    if asked.list:
        for mutant in mutants:
            print(f"{mutant.area:<10} {mutant.name}\n{'':<11}{' '.join(mutant.replace.split())}")
        return 0
    checkout = Checkout(ROOT)
    if asked.check:
        ready, wrong = applied(mutants, checkout)
        for judged in wrong:
            _say(judged)
        print(f"mutants: {len(ready)} of {len(mutants)} apply")
        return 1 if wrong or not mutants else 0
    started = time.monotonic()
    try:
        found = run_mutants(mutants, checkout, _say)
    except PreparationError as error:
        print(f"mutants: without any fault the company cannot be loaded and built:\n{error}")
        return 1
    print(_table(found))
    n_red = sum(judged.verdict is Verdict.RED for judged in found)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = used.ru_utime + used.ru_stime + sum(warm.cpu_seconds)
    # What tests fork and do not wait for themselves is in no count: the chain, above all.
    print(f"{time.monotonic() - started:.0f} s, {cpu:.0f} CPU s beside the chain's own")
    print(f"mutants: {n_red} of {len(mutants)} red")
    return 0 if n_red == len(mutants) > 0 else 1


def _chosen(
    mutants: list[Mutant], areas: list[str] | None, texts: list[str] | None
) -> list[Mutant]:
    found = [
        mutant
        for mutant in mutants
        if (areas is None or mutant.area in areas)
        and (texts is None or any(text in mutant.name for text in texts))
    ]
    if not found:
        raise CatalogueError("there is none of this area and name")
    return found


def _say(judged: Judged) -> None:
    why = f": {judged.why}" if judged.why else ""
    print(
        f"{judged.verdict:<14} {judged.seconds:4.0f} s  {judged.mutant.area}: {judged.mutant.name}{why}",
        flush=True,
    )


def _table(found: list[Judged]) -> str:
    """Return all verdicts by area, and a line per area."""
    lines = ["", f"{'area':<10} {'mutant':<78} {'test':<86} {'verdict':<14} {'s':>4}"]
    ordered = sorted(found, key=lambda one: (one.mutant.area, one.mutant.name))
    for judged in ordered:
        mutant = judged.mutant
        tests = ", ".join(mutant.tests)
        lines.append(
            f"{mutant.area:<10} {mutant.name:<78} {tests:<86} {judged.verdict:<14} {judged.seconds:4.0f}"
        )
    red = Counter(judged.mutant.area for judged in found if judged.verdict is Verdict.RED)
    areas = Counter(judged.mutant.area for judged in found)
    summary = ", ".join(f"{area} {red[area]} of {areas[area]}" for area in sorted(areas))
    return "\n".join([*lines, "", summary])


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.mutants",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--area", action="append", help="only the mutants of this area; may be repeated"
    )
    parser.add_argument(
        "--only",
        metavar="TEXT",
        action="append",
        help="only those whose name holds this text; may be repeated",
    )
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--list", action="store_true", help="name them and plant nothing")
    what.add_argument("--check", action="store_true", help="only see whether each still applies")
    return parser


if __name__ == "__main__":
    sys.exit(main())
