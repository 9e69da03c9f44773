"""A line of a log is an entry that Cloud Logging reads, or text; and in neither stands a key or somebody's address."""

import json
import logging
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.bin_programs import program
from warehouse import logs
from warehouse.command import run
from warehouse.log_entries import LABELS, TRACE, trace_in, trace_of_request
from warehouse.redaction import ADDRESS, Redaction

KEY = "planted/key+of the loader"
ADDRESSES = (
    "ada@north.example",
    "Bo.B%2B1@xn--bcher-kva.example",
    "joé@north.example",
    "https://x.example/users?q=ada%40north.example&page=2",
    "ada%2540north.example",
    "ada\uff20north.example",
    "ada&#64;north.example",
    "ada&#x40;north.example",
    r"ada\u0040north.example",
)
SECRETS = {
    "ANTHROPIC_ADMIN_KEY": KEY,
    "NOTIFY_SLACK_WEBHOOK": "https://hooks.example/services/T0/B0/planted",
    "NOTIFY_SMTP_PASSWORD": "planted password",
    "PRIVACY_KEY": "-----BEGIN-----\nfirst planted line\nlast planted line\n-----END-----",
}


@pytest.fixture
def said(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Callable[..., tuple[str, int]]:
    """Run a program in a format; return all that it said, and its code."""
    monkeypatch.setenv("ENV_FILE", "")
    for name in logs.CLOUD_RUN:
        monkeypatch.delenv(name, raising=False)

    def of(main: Callable[[], int], **environ: str) -> tuple[str, int]:
        for name, text in {**SECRETS, **environ}.items():
            monkeypatch.setenv(name, text)
        code = run("extract", main)
        heard = capfd.readouterr()
        return heard.out + heard.err, code

    return of


def entries(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def tells_everything() -> int:
    """Say what a program must not, in every way that a program has."""
    logs.stdout_is_log()
    canaries = " ".join([*SECRETS.values(), *ADDRESSES])
    sys.stdout.write(f"printed {canaries}\n")
    sys.stdout.writelines([f"lines {canaries}\n", canaries, "\n"])
    sys.stderr.write(f"half a line of {canaries}")
    logs.say(sys.stderr, f" {canaries}", "WARNING")
    logging.getLogger("library").warning("logged %s", canaries)
    warnings.warn(f"warned {canaries}", stacklevel=1)
    logs.step(
        "extract",
        source=ADDRESSES[0],
        outcome="failed",
        seconds=1.25,
        rows=2,
        n_bytes=3,
        tables={canaries: [Path(canaries)]},
    )
    raise ValueError(f"Could not convert string '{canaries}' to INT32")


@pytest.mark.parametrize("chosen", ["json", "text"])
@pytest.mark.filterwarnings("ignore:warned")
def test_no_format_shows_a_key_or_an_address(
    said: Callable[..., tuple[str, int]], chosen: str
) -> None:
    text, code = said(tells_everything, LOG_FORMAT=chosen)
    assert code == 1
    for how in ("printed", "half a line", "Could not convert", "ValueError", "exit code 1"):
        assert how in text
    lines = [line for secret in SECRETS.values() for line in secret.splitlines()]
    for canary in (*lines, *ADDRESSES, "planted%2Fkey", "north.example"):
        assert canary not in text, canary
    if chosen == "json":
        found = entries(text)
        assert {"WARNING", "INFO", "ERROR", "CRITICAL"} == {one["severity"] for one in found}
        assert any(one.get("logger") == "library" for one in found)
        assert all(one[LABELS]["program"] == "extract" for one in found)


def test_a_step_is_one_entry_with_its_figures(said: Callable[..., tuple[str, int]]) -> None:
    def main() -> int:
        logs.step("load", source="cursor", outcome="ok", seconds=2.5, rows=1204, n_bytes=88)
        trace_of_request.set(trace_in("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"))
        logs.step("publish", outcome="failed", seconds=0.5)
        trace_of_request.set(None)
        return 0

    text, _ = said(main, LOG_FORMAT="json", RUN_ID="r1", GOOGLE_CLOUD_PROJECT="acme")
    load, publish = entries(text)
    assert load["message"] == "load cursor: ok, 1,204 rows in 2.5 s"
    wanted = {"step": "load", "source": "cursor", "rows": 1204, "bytes": 88, "outcome": "ok"}
    assert wanted.items() <= load.items()
    assert load["seconds"] == 2.5
    assert load[LABELS] == {"program": "extract", "run": "r1"}
    assert load["time"].endswith("Z")
    assert publish["severity"] == "ERROR"
    assert "rows" not in publish
    assert publish[TRACE] == "projects/acme/traces/0af7651916cd43dd8448eb211c80319c"


def test_text_says_nothing_of_steps_and_leaves_answers_alone(
    said: Callable[..., tuple[str, int]],
) -> None:
    """Whoever asks for somebody's data, or makes a token, gets it."""

    def main() -> int:
        logs.step("load", outcome="ok", seconds=1)
        sys.stdout.write(f"token {KEY} of {ADDRESSES[0]}\n")
        return 0

    for chosen in ("text", "json"):
        text = said(main, LOG_FORMAT=chosen)[0]
        assert text.startswith(f"token {KEY} of {ADDRESSES[0]}\n")
        assert ("load: ok" in text) == (chosen == "json")


@pytest.mark.parametrize(
    ("environ", "chosen"),
    [
        ({}, "text"),
        ({"K_SERVICE": "api"}, "json"),
        ({"CLOUD_RUN_JOB": "run"}, "json"),
        ({"CLOUD_RUN_JOB": "run", "LOG_FORMAT": "text"}, "text"),
        ({"LOG_FORMAT": "json"}, "json"),
    ],
)
def test_cloud_run_gets_json(environ: dict[str, str], chosen: str) -> None:
    assert logs.format_of(environ) == chosen


def test_another_format_is_refused_before_anything_is_done(
    said: Callable[..., tuple[str, int]],
) -> None:
    text, code = said(lambda: pytest.fail("was run"), LOG_FORMAT="yaml")
    assert code == 7
    assert "extract: LOG_FORMAT: 'yaml' is neither 'json' nor 'text'." in text


@pytest.mark.filterwarnings("ignore:warned")
def test_streams_and_handlers_are_given_back(said: Callable[..., tuple[str, int]]) -> None:
    before = sys.stdout, sys.stderr, list(logging.getLogger().handlers)
    for chosen in ("json", "text"):
        said(tells_everything, LOG_FORMAT=chosen)
    assert (sys.stdout, sys.stderr, list(logging.getLogger().handlers)) == before


def test_what_the_shortest_secrets_share_with_words_stays() -> None:
    redaction = Redaction.of(
        {"A_KEY": "run", "B_TOKEN": "longer-secret", "C_TOKEN": "secret-longer-secret"}
    )
    assert redaction.text("run secret-longer-secret, longer-secret") == "run [redacted], [redacted]"


def test_a_long_line_is_looked_through_in_one_go() -> None:
    """Naive: a pattern that begins anew at each letter takes minutes for a megabyte in one word."""
    assert ADDRESS.sub("", "x" * 1_000_000 + " @") == "x" * 1_000_000 + " @"


def test_dbt_tells_its_parts(said: Callable[..., tuple[str, int]]) -> None:
    watched = program("watched_dbt").Watched(10, 0.0)

    def event(name: str, node: str, status: str, level: str = "info") -> str:
        data = {"status": status, "execution_time": 0.5, "node_info": {"node_name": node}}
        return json.dumps({"info": {"name": name, "level": level}, "data": data})

    def main() -> int:
        for line in (
            event("LogModelResult", "dim_people", "success"),
            event("LogModelResult", "mart_savings__daily", "success"),
            event("LogTestResult", "promises", "warn", "warn"),
            event("LogTestResult", "adds_up", "fail", "error"),
        ):
            list(watched.hear(line, 1.0))
        watched.log_entries(1, 3.0)
        return 0

    found = {one["step"]: one for one in entries(said(main, LOG_FORMAT="json")[0])}
    assert {name: (one["done"], one["outcome"]) for name, one in found.items()} == {
        "models": (2, "ok"),
        "savings": (1, "ok"),
        "tests": (2, "failed"),
        "build": (4, "failed"),
    }
    assert found["models"]["seconds"] == 1.0
    assert found["build"]["seconds"] == 3.0
