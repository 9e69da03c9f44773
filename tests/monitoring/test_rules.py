"""Every alert is well made, is seen firing and resolving, and leads to a section that says what to do."""

import re
from pathlib import Path

import pytest
import yaml

from bin.cloud_policies import FILES, ROOT, RULES, alerts, policies, recorded, text
from tests.monitoring.promtool import promtool

CASES = Path(__file__).with_name("alerts.promtool.yml")
ALERTS = {rule["alert"]: rule for rule in alerts()}


def test_rules_are_sound() -> None:
    done = promtool("check", "rules", "--lint-fatal", *(str(path) for path in RULES.glob("*.yml")))
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_alert_fires_and_resolves() -> None:
    done = promtool("test", "rules", str(CASES))
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_alert_has_a_case_of_both() -> None:
    seen: dict[str, list[bool]] = {}
    for case in yaml.safe_load(CASES.read_text(encoding="utf-8"))["tests"]:
        for moment in case["alert_rule_test"]:
            seen.setdefault(moment["alertname"], []).append(bool(moment["exp_alerts"]))
    assert seen == {name: [True, False] for name in ALERTS}


@pytest.mark.parametrize("name", sorted(ALERTS))
def test_an_alert_says_what_and_leads_to_what_to_do(name: str) -> None:
    rule = ALERTS[name]
    assert re.fullmatch(r"\d+[mh]", rule["for"])
    assert rule["labels"]["severity"] in {"critical", "warning", "info"}
    assert rule["annotations"]["summary"].endswith(".")
    page, _, anchor = rule["annotations"]["runbook_url"].partition("#")
    headings = re.findall(r"^### (\w+)$", (ROOT / page).read_text(encoding="utf-8"), re.MULTILINE)
    assert name in headings
    assert anchor == name.lower()


def test_runbooks_know_no_alert_that_is_gone() -> None:
    page = (ROOT / "docs/runbooks/alerts.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^### (\w+)$", page, re.MULTILINE)) == set(ALERTS)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_what_is_made_of_the_rules_is_of_these_rules(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == text(FILES[path]()), "python bin/cloud_policies.py"


def test_cloud_monitoring_asks_without_what_prometheus_records() -> None:
    assert recorded()
    for policy in policies():
        assert not [name for name in recorded() if name in policy["query"]]
