"""Make Cloud Monitoring's alert policies and the Grafana board from the rules of Prometheus.

    python bin/cloud_policies.py     after a rule was added or changed

One list of alarms, three places that show it: Cloud Monitoring asks the same PromQL, with the recorded figures written out, as
nobody records them there. Terraform takes `cloud_policies.json` by `jsondecode(file(…))`, one policy an entry.
"""

import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from serving.notify.rules import RULES, alerts, recorded  # noqa: E402 - the root is on the path only now

__all__ = ["FILES", "ROOT", "RULES", "alerts", "policies", "recorded", "text", "written_out"]
FOLDER = RULES.parent
SEVERITIES = {"critical": "CRITICAL", "warning": "WARNING", "info": "WARNING"}
"""Cloud Monitoring's words; it has none below a warning."""
SECONDS = {"m": 60, "h": 3600}
_NAME = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")


def written_out(expression: str) -> str:
    """Return an expression without recorded figures."""
    known = recorded()

    def of(match: re.Match[str]) -> str:
        name = match[0]
        return f"({known[name]})" if name in known else name

    return _NAME.sub(of, " ".join(expression.split()))


def policies() -> list[dict[str, str]]:
    """Return what Terraform makes policies of."""
    return [
        {
            "name": rule["alert"],
            "severity": SEVERITIES[rule["labels"]["severity"]],
            "query": written_out(rule["expr"]),
            "duration": f"{int(rule['for'][:-1]) * SECONDS[rule['for'][-1]]}s",
            "summary": _plain(rule["annotations"]["summary"]),
            "runbook": rule["annotations"]["runbook_url"],
        }
        for rule in alerts()
    ]


def board() -> dict[str, Any]:
    """Return the Grafana board: a panel for each alarm's figure, with the threshold as a line in it."""
    return {
        "uid": "ai-usage",
        "title": "AI usage analytics",
        "schemaVersion": 39,
        "refresh": "1m",
        "time": {"from": "now-24h", "to": "now"},
        "templating": {
            "list": [
                {
                    "name": "source",
                    "label": "Prometheus",
                    "type": "datasource",
                    "query": "prometheus",
                }
            ]
        },
        "panels": [_panel(place, rule) for place, rule in enumerate(alerts())],
    }


def _panel(place: int, rule: Mapping[str, Any]) -> dict[str, Any]:
    figure, threshold = _parted(rule["expr"])
    steps: list[dict[str, str | float | None]] = [{"color": "green", "value": None}]
    if threshold is not None:
        steps.append({"color": "red", "value": threshold})
    return {
        "id": place + 1,
        "type": "timeseries",
        "title": rule["alert"],
        "description": f"{_plain(rule['annotations']['summary'])} {rule['annotations']['runbook_url']}",
        "datasource": {"type": "prometheus", "uid": "${source}"},
        "gridPos": {"h": 8, "w": 8, "x": place % 3 * 8, "y": place // 3 * 8},
        "fieldConfig": {
            "defaults": {
                "custom": {"thresholdsStyle": {"mode": "line"}},
                "thresholds": {"mode": "absolute", "steps": steps},
            },
            "overrides": [],
        },
        "targets": [{"refId": "A", "expr": figure}],
    }


def _parted(expression: str) -> tuple[str, float | None]:
    """Return an alert's figure and its threshold; the whole where it is not a comparison with a number."""
    found = re.fullmatch(r"(.+?) (?:[<>]=?|==) ([0-9.]+)(?: <=? [0-9.]+)?", expression)
    return (found[1], float(found[2])) if found else (expression, None)


def _plain(summary: str) -> str:
    """Return a summary with `…` for what Prometheus would fill in."""
    return re.sub(r"\{\{.*?\}\}", "…", summary)


FILES = {FOLDER / "cloud_policies.json": policies, FOLDER / "grafana.json": board}


def text(content: object) -> str:
    """Return a file's text."""
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    for path, made in FILES.items():
        path.write_text(text(made()), encoding="utf-8")
        sys.stdout.write(f"cloud_policies: {path.relative_to(ROOT)} written\n")
