"""Run the tests and show which share of the Python that users run they ran: lines and branches, by folder.

    python bin/covered.py        what is measured stands in pyproject.toml

The exit code is 1 if a test fails, or fewer lines or branches than FLOOR were run. It is no part of bin/check, because
measuring costs a fifth more. What runs in other processes (the loader that is killed, the command lines) is not counted:
the true shares are higher.
"""

import json
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from coverage import Coverage

FLOOR = 80
"""Per cent, of lines and of branches."""
TESTS = ("pytest", "--cov", "--cov-report=", "--ignore", "tests/bigquery/test_project.py")


def main() -> int:
    """Run the tests, print the table and return the exit code."""
    coverage = Coverage()
    Path(coverage.config.data_file).parent.mkdir(parents=True, exist_ok=True)
    code = subprocess.run(TESTS, check=False).returncode
    coverage.load()
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "coverage.json"
        coverage.json_report(outfile=str(report))
        files = json.loads(report.read_text(encoding="utf-8"))["files"]
    counts: dict[str, Counter[str]] = {}
    for name, file in sorted(files.items()):
        for row in (Path(name).parts[0], "all"):
            counts.setdefault(row, Counter()).update(file["summary"])
    counts["all"] = counts.pop("all")
    print(f"covered: {'folder':<12}{'lines':>8}{'branches':>10}")
    for row, found in counts.items():
        lines, branches = _shares(found)
        print(f"covered: {row:<12}{lines:>7.1f}%{branches:>9.1f}%")
    return 1 if code or min(_shares(counts["all"])) < FLOOR else 0


def _shares(found: Counter[str]) -> tuple[float, float]:
    return (
        100 * found["covered_lines"] / (found["num_statements"] or 1),
        100 * found["covered_branches"] / (found["num_branches"] or 1),
    )


if __name__ == "__main__":
    sys.exit(main())
