"""Whatever is asked and whatever breaks, the service's output, log, metrics and problems name nobody and show no token."""

import contextlib
import json
import logging
from pathlib import Path

import duckdb
import httpx
import pytest

from privacy import jobs
from serving.api import marts, savings
from serving.api.tokens import EVERY_ORGANIZATION
from serving.config import Settings
from tests.integration.serving.test_user_data import ALIAS, ANNA, BOB, PEOPLE
from tests.service import Service, serving

NAME = "Anna Berg"
FREE_TEXT = "falcon is what nobody may know"
KEY = "the key of the audit log, 32 characters at least"


def _ask(service: Service, presented: str) -> list[httpx.Response]:
    """Ask everything, with people and secrets where they belong and where they do not."""
    base = f"{service.url}/api/v1"
    bearer = {"Authorization": f"Bearer {presented}"}
    personal = f"{ANNA}, {NAME}: {FREE_TEXT}"
    asked = [
        ("GET", "/analytics/savings/summary", {"organization_id": personal}),
        ("GET", "/analytics/savings/summary", {"organization_id": "north", "provider": personal}),
        ("GET", "/analytics/savings/summary", {"organization_id": "north", "start_date": personal}),
        ("GET", "/analytics/savings/summary", {"token": presented, "prvoider": personal}),
        ("GET", "/analytics/spend", {"team": personal, "group_by": personal}),
        ("GET", "/analytics/marts/dim_people", {"person_email": ANNA}),
        ("GET", "/analytics/marts/dim_people", {"persn": personal}),
        ("GET", "/analytics/marts/fct_ai_spend_daily", {"usage_date.gte": personal}),
        ("GET", f"/analytics/marts/{ANNA}", {}),
        ("GET", f"/{ANNA}/{presented}", {}),
        ("GET", "/user/data/export", {"subject": ALIAS}),
        ("DELETE", "/user/data", {"subject": BOB}),
        ("DELETE", "/user/data", {"subject": "\x01" + personal}),
        ("GET", f"/user/data/erasures/{ANNA}", {}),
    ]
    wrong = {"Authorization": f"Bearer {presented[:-3]}xyz", "X-Note": personal}
    requests = [
        *(
            (method, base + path, sent, headers)
            for method, path, sent in asked
            for headers in (bearer, wrong)
        ),
        ("GET", f"{base}/analytics/spend", {}, {"Authorization": personal}),
    ]
    answers = []
    with httpx.Client(timeout=30) as client:
        for method, address, sent, headers in requests:
            # A stream that breaks is broken off.
            with contextlib.suppress(httpx.RemoteProtocolError, httpx.ReadError):
                answers.append(client.request(method, address, params=sent, headers=headers))
        answers.append(client.post(f"{base}/user/data", content=personal, headers=bearer))
    return answers


def _break(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let routes fail as a library fails: with the very values in its words."""

    def broken(*_: object, **__: object) -> None:
        raise duckdb.ConversionException(f"Could not convert string '{ANNA} {FREE_TEXT}' to INT32")

    monkeypatch.setattr(marts, "condition", broken)
    monkeypatch.setattr(savings, "permit", broken)
    monkeypatch.setattr("serving.api.user_data._known", broken)
    monkeypatch.setattr("serving.api.marts.as_json", broken)


@pytest.mark.parametrize("is_broken", [False, True], ids=["whole", "broken"])
def test_nothing_that_the_service_says_names_anybody(
    settings: Settings,
    is_broken: bool,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    caplog.set_level(logging.DEBUG)
    if is_broken:
        _break(monkeypatch)
    with serving(settings) as service:
        service.change(*PEOPLE)
        service.look()
        presented = service.token(EVERY_ORGANIZATION, role="privacy_officer")
        answers = _ask(service, presented)
        # A snapshot that cannot be masked any more, and erasures that cannot be read.
        jobs.request(settings.state_dir, [ANNA, NAME.lower()], requested_by="test")
        monkeypatch.setattr(
            "serving.api.snapshots.open_current", lambda _: _fail(f"near \"'{ANNA}'\" {NAME}")
        )
        service.look()
        monkeypatch.undo()
        path = settings.state_dir / jobs.FOLDER / jobs.LINES
        path.write_text(f'{{"identifiers": ["{ANNA}"')
        service.look()
        answers += _ask(service, presented)
        service.app.state.uses.write()
        instruments = service.metrics() + httpx.get(f"{service.url}/readyz").text
    said = capfd.readouterr()
    problems = [
        answer.text
        for answer in answers
        if answer.headers["content-type"] == "application/problem+json"
    ]
    statuses = {answer.status_code for answer in answers}
    assert {401, 403, 404, 422, 503} - {403} <= statuses
    assert (500 in statuses) == is_broken
    texts = {
        "output": said.out + said.err,
        "log": "\n".join(map(_line, caplog.records)),
        "problems": "\n".join(problems),
        "metrics": instruments,
        "audit log": _text(settings.state_dir / "audit.jsonl"),
    }
    secret = presented.split("_", 2)[2]
    for place, text in texts.items():
        for canary in (ANNA, ALIAS, BOB, NAME, "anna", "berg", FREE_TEXT, presented, secret):
            assert canary.lower() not in text.lower(), f"{place}: {canary}"
    assert "cannot be opened" in texts["output"] + texts["log"]


def _line(record: logging.LogRecord) -> str:
    if record.name.startswith("http"):  # the client's, which asks
        return ""
    return logging.Formatter("%(name)s %(message)s").format(record)


def _fail(words: str) -> None:
    raise duckdb.ParserException(words)


def _text(path: Path) -> str:
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert lines
    return json.dumps(lines)
