"""Every environment variable the product reads is in `.env.example` and the docs, and the other way round."""

import re

import pytest

from tests.repository.project import ROOT, python_files, text_of, tracked_files
from warehouse.origin import CREDENTIALS

# Read by the product, but not settings of it: what it tells other programs, what the shell tells it, and what the
# offline proof of the BigQuery path tells dbt.
NOT_SETTINGS = {
    "RUNTIME__DLTHUB_TELEMETRY",
    "RUNTIME__LOG_LEVEL",
    "PATH",
    "PWD",
    "PYTHON",
    "PYTHONHASHSEED",
    "VIRTUAL_ENV",
    "BIGQUERY_STUB",
    "BIGQUERY_EMULATOR_HOST",
    "CI",
    # What GitHub tells the job that records an event.
    *("GITHUB_REPOSITORY", "GITHUB_SHA", "GITHUB_REF", "GITHUB_REF_NAME", "GITHUB_HEAD_REF"),
    *("GITHUB_RUN_ID", "GITHUB_RUN_ATTEMPT"),
}
PYTHON = re.compile(
    r"""(?:environ(?:ment)?|env)(?:\.get\(|\[|\.setdefault\()\s*f?["']([A-Z][A-Z0-9_]+)["']"""
    r"""|["']([A-Z][A-Z0-9_]+)["'] in env\b|(?:getenv)\(\s*["']([A-Z][A-Z0-9_]+)["']"""
)
JINJA = re.compile(r"""env_var\(\s*["']([A-Z][A-Z0-9_]+)["']""")
SHELL = re.compile(r"\$\{([A-Z][A-Z0-9_]+)[:}]")


def _read_by_code() -> set[str]:
    found: set[str] = set()
    for path in python_files(
        "warehouse",
        "extract",
        "sandbox",
        "dashboards",
        "serving",
        "privacy",
        "benchmarks",
        "migration",
    ):
        for groups in PYTHON.findall(text_of(path)):
            found.update(name for name in groups if name)
    for path in tracked_files():
        if path.parts[0] in ("macros", "profiles", "dbt_project") or path.name == "dbt_project.yml":
            found.update(JINJA.findall(text_of(path)))
        if path.parts[0] == "bin" and path.suffix == "":
            found.update(SHELL.findall(text_of(path)))
    # The sandbox builds these names from its options.
    for name in ("people", "days", "seed", "revision", "cost_lag_days", "late_days"):
        assert f'"{name}"' in text_of(ROOT / "sandbox" / "__main__.py")
        found.add(f"SANDBOX_{name.upper()}")
    return found - NOT_SETTINGS


def _in_example() -> set[str]:
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    return set(re.findall(r"^#?([A-Z][A-Z0-9_]+)=", text, re.MULTILINE))


def _in_docs() -> set[str]:
    text = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if line.startswith("| `")]
    return {name for row in rows for name in re.findall(r"`([A-Z][A-Z0-9_]+)`", row.split("|")[1])}


def test_what_code_reads_is_found_at_all() -> None:
    assert {
        "WAREHOUSE",
        "CURSOR_API_KEY",
        "AS_OF",
        "PUBLISH_DIR",
        "SANDBOX_SHAPE",
    } <= _read_by_code()


@pytest.mark.parametrize("place", ["example", "docs"])
def test_every_variable_is_documented_and_read(place: str) -> None:
    documented = _in_example() if place == "example" else _in_docs()
    read = _read_by_code()
    assert (sorted(read - documented), sorted(documented - read)) == ([], [])


def test_example_sets_nothing() -> None:
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    active = [line for line in text.splitlines() if line and not line.startswith("#")]
    assert active == [], "an untouched copy must mean the defaults"


def test_run_uses_vendors_for_every_credential() -> None:
    config = (ROOT / "extract" / "config.py").read_text(encoding="utf-8")
    credentials = re.search(r"credentials = \{(.*?)\n    \}", config, re.DOTALL)
    assert credentials is not None
    assert set(re.findall(r"([A-Z][A-Z_]{5,})", credentials[1])) == set(CREDENTIALS)
