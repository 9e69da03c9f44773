"""A pytest plugin that writes down, line by line, what became of each test and of which kind a failure is."""

import json
import os
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

REPORT = "MUTANTS_REPORT"
"""The variable that says where to write."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    line: dict[str, Any] = {
        "test": item.nodeid,
        "when": report.when,
        "outcome": report.outcome,
        "error": call.excinfo.type.__name__ if call.excinfo else "",
    }
    with Path(os.environ[REPORT]).open("a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")
    return report
