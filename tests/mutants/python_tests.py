"""Runs tests with pytest in a copy and says which failed for the right reason: a claim that did not hold."""

import json
from collections.abc import Sequence
from pathlib import Path

from tests.mutants.copies import DATA, environment
from tests.mutants.outcomes import Became, Outcome, Outcomes, worst
from tests.mutants.plugin import REPORT
from tests.mutants.warm import TooLongError, run

# The product does not even run: a fault that is badly written, or a test that asks for what is gone.
NO_CLAIM = {
    *("SyntaxError", "IndentationError", "NameError", "UnboundLocalError", "ImportError"),
    *("ModuleNotFoundError", "AttributeError", "FixtureLookupError", "KeyboardInterrupt"),
}


def run_pytest(
    folder: Path, tests: Sequence[str], *, seconds: float, stop: bool = False
) -> Outcomes:
    """Run tests and return what became of each.

    Args:
        folder: The copy.
        tests: Node ids, without the cases: those of a test count together.
        seconds: A run that takes longer is stopped; its tests are broken.
        stop: End with the first failure.
    """
    report = folder / DATA / "pytest.jsonl"
    report.unlink(missing_ok=True)
    arguments = ["-q", "-n0", "--tb=no", "--no-header", "-p", "tests.mutants.plugin"]
    # A process that has this one's flags (`-P`) would not find the copy's modules, and import none of them before it forks.
    env = {**environment(), REPORT: str(report), "PYTHONPATH": str(folder)}
    try:
        _, said = run(
            "pytest", folder, [*arguments, *(["-x"] if stop else []), *tests], env, seconds
        )
    except TooLongError as error:
        return {test: Outcome(Became.BROKEN, str(error)) for test in tests}
    lines = report.read_text(encoding="utf-8").splitlines() if report.exists() else []
    found: dict[str, list[Outcome]] = {}
    for line in map(json.loads, lines):
        for test in tests:
            if line["test"] == test or line["test"].startswith(f"{test}["):
                found.setdefault(test, []).append(_outcome(line))
    if not found:
        last = (said.strip().splitlines() or ["nothing was said"])[-1].strip()[:200]
        return {test: Outcome(Became.BROKEN, f"no test ran: {last}") for test in tests}
    return {test: worst(outcomes) for test, outcomes in found.items()}


def _outcome(line: dict[str, str]) -> Outcome:
    if line["outcome"] == "passed":
        return Outcome(Became.GREEN)
    if line["outcome"] == "skipped":
        return Outcome(Became.BROKEN, "was skipped")
    if line["when"] != "call":
        return Outcome(Became.BROKEN, f"{line['error']} in its {line['when']}")
    if line["error"] in NO_CLAIM:
        return Outcome(Became.BROKEN, f"ended with {line['error']}, which is no claim")
    return Outcome(Became.RED, line["error"])
