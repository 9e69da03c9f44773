"""Nobody without a token, nobody past their token, and no open door when something is broken."""

import datetime as dt
import json

import httpx
import pytest

from serving.api.tokens import TokenStore
from tests.integration.serving.conftest import Service

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


def test_use_of_a_token_is_in_the_audit_log(service: Service) -> None:
    token = service.token("north")
    _get(service, token)
    _get(service, token, organization_id="south")
    service.app.state.uses.write()
    log = service.settings.state_dir / "audit.jsonl"
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    uses = {
        (line["actor"], line["action"], line["organization"], line["resource"]) for line in lines
    }
    actor = f"token:{token.split('_')[1]}"
    assert uses == {(actor, "use_token", "north", SUMMARY), (actor, "use_token", None, SUMMARY)}
