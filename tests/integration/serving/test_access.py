"""Nobody without a token, nobody past their token, and no open door when something is broken."""

import datetime as dt
import json
from dataclasses import replace

import httpx
import pytest

from persons.keys import load_key
from privacy.audit import AuditLog
from serving.api.tokens import TokenStore
from serving.config import Settings
from tests.service import Service, serving

SUMMARY = "/api/v1/analytics/savings/summary"


def _get(
    service: Service, token: str | None, path: str = SUMMARY, **parameters: str
) -> httpx.Response:
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    return httpx.get(
        f"{service.url}{path}", params={"organization_id": "north", **parameters}, headers=headers
    )


def _assert_problem(answer: httpx.Response, status: int) -> None:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    content = answer.json()
    assert content["status"] == status
    assert set(content) <= {"type", "title", "status", "detail", "errors"}
    assert "Traceback" not in answer.text


def test_without_a_token_nothing_is_answered(service: Service) -> None:
    for token in (None, "nonsense", "aiu_00000000_nonsense", "aiu__", "~", "two words"):
        answer = _get(service, token)
        _assert_problem(answer, 401)
        assert answer.headers["www-authenticate"].startswith("Bearer")


def test_token_with_the_right_id_and_another_secret_is_refused(service: Service) -> None:
    _assert_problem(_get(service, service.token("north")[:-1] + "~"), 401)


def test_what_was_answered_to_one_is_not_answered_to_others(service: Service) -> None:
    mine, other = service.token("north"), service.token("south")
    assert _get(service, mine).status_code == 200
    # The same address again is answered from what is kept, to those who may have it.
    assert _get(service, mine).status_code == 200
    _assert_problem(_get(service, other), 403)
    _assert_problem(_get(service, None), 401)


def test_refusal_is_the_same_whether_the_organization_exists(service: Service) -> None:
    token = service.token("south")
    there, not_there = _get(service, token), _get(service, token, organization_id="nobody")
    _assert_problem(there, 403)
    assert (there.content, there.status_code) == (not_there.content, not_there.status_code)


def test_organization_without_tasks_is_not_found(service: Service) -> None:
    _assert_problem(_get(service, service.token("nobody"), organization_id="nobody"), 404)
    assert _get(service, service.token("*")).status_code == 200


def test_expired_and_revoked_tokens_open_nothing(service: Service) -> None:
    store = TokenStore(service.settings.state_dir)
    long_ago = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    _, expired = store.create("viewer", ["north"], at=long_ago, days=1)
    _assert_problem(_get(service, expired), 401)
    token, presented = store.create("viewer", ["north"], at=dt.datetime.now(dt.UTC), days=1)
    assert _get(service, presented).status_code == 200
    assert store.revoke(token.token_id, at=dt.datetime.now(dt.UTC))
    _assert_problem(_get(service, presented), 401)


def test_store_keeps_no_token_and_is_private(service: Service) -> None:
    presented = service.token("north")
    path = service.settings.state_dir / "tokens.json"
    assert presented not in path.read_text()
    assert presented.split("_", 2)[2] not in path.read_text()
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("damage", ["broken", "half", "readable by others", "a role nobody knows"])
def test_untrustworthy_token_store_lets_nobody_in(service: Service, damage: str) -> None:
    token = service.token("north")
    assert _get(service, token).status_code == 200
    path = service.settings.state_dir / "tokens.json"
    text = path.read_text()
    if damage == "broken":
        path.write_text("{")
    elif damage == "half":
        path.write_text(text.replace("expires_at", "expires"))
    elif damage == "a role nobody knows":
        path.write_text(text.replace("viewer", "root"))
    else:
        path.chmod(0o644)
    for _ in range(2):
        _assert_problem(_get(service, token), 503)
    path.write_text(text)
    path.chmod(0o600)
    assert _get(service, token).status_code == 200


def test_unwritable_audit_log_closes_the_gate(service: Service) -> None:
    token = service.token("north")
    assert _get(service, token).status_code == 200
    log = service.settings.state_dir / "audit.jsonl"
    log.unlink(missing_ok=True)
    log.mkdir()
    _get(service, token)
    service.app.state.uses.write()
    _assert_problem(_get(service, token), 503)
    assert httpx.get(f"{service.url}/readyz").status_code == 503
    log.rmdir()
    service.app.state.uses.write()
    assert _get(service, token).status_code == 200


def _uses(service: Service) -> list[tuple[str, str | None, str, str, int]]:
    """Return what the audit log says of uses of tokens since the last time."""
    service.app.state.uses.write()
    log = service.settings.state_dir / "audit.jsonl"
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert {line["action"] for line in lines} == {"use_token"}
    assert AuditLog(
        service.settings.state_dir, load_key(service.settings.state_dir, None)
    ).verify() == len(lines)
    return [
        (
            line["actor"].removeprefix("token:"),
            line["organization"],
            line["resource"],
            line["result"],
            line["count"],
        )
        for line in lines
    ]


def _id(token: str) -> str:
    return token.split("_")[1]


def test_use_of_a_token_is_in_the_audit_log_whatever_became_of_it(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    # So that nothing is written but what the test asks for, when it asks for it.
    monkeypatch.setattr("serving.api.token_uses.SECONDS_BETWEEN_WRITINGS", 3_600.0)
    monkeypatch.setattr("serving.api.savings_questions.by_provider", _failing)
    with serving(settings) as service:
        mine = service.token("north")
        costs = SUMMARY.replace("savings/summary", "costs/by-provider")
        export = "/api/v1/user/data/export"
        for _ in range(3):
            assert _get(service, mine).status_code == 200
        assert _get(service, mine, organization_id="south").status_code == 403
        # What somebody typed is no organisation, and may be anything.
        assert _get(service, mine, organization_id="somebody").status_code == 403
        assert _get(service, mine, period="year").status_code == 422
        assert _get(service, mine, path=costs).status_code == 500
        bearer = {"Authorization": f"Bearer {mine}"}
        asked = httpx.get(f"{service.url}{export}?subject=ada", headers=bearer)
        assert asked.status_code == 403
        assert _get(service, mine, path="/api/v1/nothing").status_code == 404
        assert sorted(_uses(service), key=str) == sorted(
            [
                (_id(mine), "north", SUMMARY, "granted", 3),
                (_id(mine), "south", SUMMARY, "denied", 1),
                (_id(mine), None, SUMMARY, "denied", 1),
                (_id(mine), None, SUMMARY, "failed", 1),
                (_id(mine), "north", costs, "failed", 1),
                (_id(mine), None, export, "denied", 1),
                (_id(mine), None, "unknown", "failed", 1),
            ],
            key=str,
        )


def _failing(*_: object) -> None:
    raise RuntimeError


def test_marts_read_with_a_token_of_several_organizations_are_used_for_each(
    service: Service,
) -> None:
    token = service.token("north", "south")
    mart = "/api/v1/analytics/marts/mart_savings__daily"
    answer = httpx.get(f"{service.url}{mart}", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200
    route = "/api/v1/analytics/marts/{mart}"
    assert [use[:4] for use in _uses(service)] == [
        (_id(token), "north", route, "granted"),
        (_id(token), "south", route, "granted"),
    ]


def test_tokens_that_open_nothing_are_in_the_audit_log(settings: Settings) -> None:
    with serving(replace(settings, api_rate_per_minute=1)) as service:
        store, now = TokenStore(settings.state_dir), dt.datetime.now(dt.UTC)
        long_ago = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
        expired, its_token = store.create("viewer", ["north"], at=long_ago, days=1)
        revoked, another = store.create("viewer", ["north"], at=now, days=1)
        store.revoke(revoked.token_id, at=now)
        hasty = service.token("north")
        # Whoever knows an id only does not act as that token.
        tried = [its_token, another, hasty[:-1] + "~", "aiu_00000000_nonsense", "nonsense", hasty]
        assert [_get(service, token).status_code for token in tried] == [401] * 5 + [200]
        assert _get(service, hasty).status_code == 429
        assert _get(service, None).status_code == 401
    uses = _uses(service)
    log = (settings.state_dir / "audit.jsonl").read_text()
    assert {use[:4] for use in uses} == {
        (expired.token_id, None, "unknown", "denied"),
        (revoked.token_id, None, "unknown", "denied"),
        ("unknown", None, "unknown", "denied"),
        (_id(hasty), "north", SUMMARY, "granted"),
        (_id(hasty), None, "unknown", "denied"),
    }
    assert sum(n for name, *_, n in uses if name == "unknown") == 3
    for text in (its_token, another, hasty, "nonsense", "127.0.0.1", "~"):
        assert text not in log


def test_whoever_tries_tokens_at_random_does_not_fill_the_log(service: Service) -> None:
    with httpx.Client(base_url=service.url) as client:
        for number in range(60):
            token = f"aiu_{number:08x}_nonsense"
            answer = client.get(SUMMARY, headers={"Authorization": f"Bearer {token}"})
            assert answer.status_code == 401
            if number % 20 == 0:
                service.app.state.uses.write()
    service.app.state.uses.write()
    assert len((service.settings.state_dir / "audit.jsonl").read_text().splitlines()) == 1
