"""`serving notify` alarms where Prometheus does: the same cases that promtool runs, asked of a moment."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from serving.notify.promql import Moment, Sample, UnsupportedError, named
from serving.notify.rules import alerts, recorded
from serving.notify.wording import sentence

CASES: list[dict[str, Any]] = yaml.safe_load(
    Path(__file__).with_name("alerts.promtool.yml").read_text(encoding="utf-8")
)["tests"]
RULES = {rule["alert"]: rule for rule in alerts()}
OF_THE_SERVICE = {"ApiErrors", "ApiSlow", "SnapshotCannotBeOpened"}
"""What needs figures over time; only whoever scrapes the service has them."""


def _value(values: str, minute: int) -> float | None:
    """Return what promtool's notation says of a minute: `a+bxn`, `axn`, `_xn`."""
    place = 0
    for part in values.split():
        found = re.fullmatch(r"(?:(_)|(-?[\d.]+)([+-][\d.]+)?)x(\d+)", part)
        assert found is not None, part
        gap, first, growth, times = found.groups()
        n = int(times) + (0 if gap else 1)
        if minute < place + n:
            return None if gap else float(first) + float(growth or 0) * (minute - place)
        place += n
    return None


def _moment(case: dict[str, Any], minute: int) -> Moment:
    samples = []
    for one in case["input_series"]:
        name, _, labels = one["series"].partition("{")
        value = _value(one["values"], minute)
        if value is not None:
            samples.append(Sample(name, dict(re.findall(r'(\w+)="([^"]*)"', labels)), value))
    return Moment(minute * 60.0, samples, recorded())


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["name"]))
def test_alarms_are_those_of_prometheus(case: dict[str, Any]) -> None:
    for asked in case["alert_rule_test"]:
        rule = RULES[asked["alertname"]]
        moment = _moment(case, int(asked["eval_time"].removesuffix("m")))
        if rule["alert"] in OF_THE_SERVICE:
            with pytest.raises(UnsupportedError):
                moment.ask(rule["expr"])
            continue
        said = [
            (
                {**dict(labels), **rule["labels"]},
                sentence(rule["annotations"]["summary"], dict(labels), value),
            )
            for labels, value in moment.ask(rule["expr"]).items()
        ]
        assert said == [
            (one["exp_labels"], one["exp_annotations"]["summary"]) for one in asked["exp_alerts"]
        ]


def test_what_an_alert_rests_on_is_known() -> None:
    assert named(RULES["AttributionLow"]["expr"], recorded()) == {
        "ai_attributed_spend_usd",
        "ai_spend_usd",
    }
    assert named(RULES["SeriesMissing"]["expr"], recorded()) == {"api_snapshot_open"}
    assert named(RULES["FiguresMayBeWrong"]["expr"], recorded()) == {"ai_quality_findings"}


@pytest.mark.parametrize(
    "expression",
    ["rate(x[5m]) > 1", "x offset 5m > 1", 'x{a!="b"} > 1', "x > y", "3", "sum(x", "x $"],
)
def test_what_is_not_known_is_refused(expression: str) -> None:
    with pytest.raises(UnsupportedError):
        Moment(0, [Sample("x", {}, 2), Sample("y", {}, 1)]).ask(expression)
