"""Single sign-on against a provider on this machine, over HTTP: what it says right lets in, what it says wrong does not."""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from privacy.jobs import request as ask_for_erasure
from serving.api.sessions import sessions_of
from serving.config import OpenIdConnect, read_settings
from serving.web import provider as of_a_provider
from serving.web.groups import read_groups
from tests.browser import Browser
from tests.integration.serving.conftest import published
from tests.integration.serving.people import ADA, BOB, EVE
from tests.integration.serving.provider import CLIENT, SECRET, Provider, providing
from tests.service import Service, serving
from warehouse.settings import ConfigError

GROUPS = """
groups:
  - {group: finance, role: viewer, organizations: ["*"]}
  - {group: leads, role: lead}
  - {group: everybody, role: person}
"""
SPEND = "/api/v1/analytics/spend"
PRODUCTIVITY = "/api/v1/analytics/marts/mart_engineering__productivity_daily"


@dataclass(frozen=True)
class World:
    """A service, and the provider that it believes."""

    service: Service
    provider: Provider

    def come_back(self, browser: Browser, wanted: str = "/") -> httpx.Response:
        """Go to the provider and come back as a browser does: by a link from another site."""
        away = browser.get("/login/sso", params={"next": wanted})
        assert away.status_code == 303, away.text
        back = httpx.get(away.headers["location"])
        assert back.status_code == 303, back.text
        return browser.get(back.headers["location"], headers={"Sec-Fetch-Site": "cross-site"})


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("sso")
    (folder / "groups.yml").write_text(GROUPS)
    with providing() as provider:
        oidc = OpenIdConnect(provider.url, CLIENT, SECRET, folder / "groups.yml")
        with serving(replace(published(folder, has_people=True), oidc=oidc)) as service:
            yield World(service, provider)


@pytest.fixture
def world(running: World, monkeypatch: pytest.MonkeyPatch) -> World:
    provider = running.provider
    provider.said, provider.signs_with, provider.describes = {}, "own", {}
    service_side = running.service.app.state.single_sign_on.provider
    service_side._known = service_side._keys = None
    running.service.app.state.sign_in_rate._buckets.clear()
    monkeypatch.setattr(of_a_provider, "SECONDS_BETWEEN_KEYS", 0.0)
    return running


def test_groups_become_a_role_and_the_address_a_person(world: World) -> None:
    with Browser(world.service.url) as browser:
        assert 'href="/login/sso?next=%2F"' in browser.get("/login").text
        answer = world.come_back(browser, "/boards/my_usage?days=7")
        assert answer.status_code == 200
        assert 'content="0;url=/boards/my_usage?days=7"' in answer.text
        rows = browser.get(PRODUCTIVITY).json()["rows"]
        assert [row["person_email"] for row in rows] == [ADA]
        assert browser.get(SPEND).status_code == 403
        answer = browser.send_form("/logout", csrf_token=browser.csrf)
        assert answer.status_code == 303
        assert browser.get(PRODUCTIVITY).status_code == 401


@pytest.mark.parametrize(
    ("said", "spend", "people"),
    [
        ({"groups": ["everybody", "finance"]}, 200, None),
        ({"groups": "finance"}, 200, None),
        ({"groups": ["leads", "everybody"], "email": EVE.upper()}, 403, [ADA, BOB]),
        ({"groups": ["finance"], "email": None}, 200, None),
        ({"aud": ["another", CLIENT], "azp": CLIENT}, 403, [ADA]),
    ],
)
def test_first_line_that_fits_counts(
    world: World, said: dict[str, Any], spend: int, people: list[str] | None
) -> None:
    world.provider.said = said
    with Browser(world.service.url) as browser:
        assert world.come_back(browser).status_code == 200
        assert browser.get(SPEND).status_code == spend
        answer = browser.get(PRODUCTIVITY)
        if people is None:
            assert answer.status_code == 403
        else:
            assert sorted(row["person_email"] for row in answer.json()["rows"]) == people


LONG_AGO = int(time.time()) - 4_000
WRONG: dict[str, tuple[dict[str, Any], str, int]] = {
    "nonce": ({"nonce": "x"}, "own", 401),
    "no nonce": ({"nonce": None}, "own", 401),
    "audience": ({"aud": "another"}, "own", 401),
    "audience among others without saying for whom": ({"aud": ["another", CLIENT]}, "own", 401),
    "for another": ({"aud": ["another", CLIENT], "azp": "another"}, "own", 401),
    "issuer": ({"iss": "https://other.example"}, "own", 401),
    "expired": ({"exp": LONG_AGO, "iat": LONG_AGO - 300}, "own", 401),
    "no end": ({"exp": None}, "own", 401),
    "nobody": ({"sub": None}, "own", 401),
    "not yet": ({"nbf": int(time.time()) + 4_000}, "own", 401),
    "alg none": ({}, "none", 401),
    "signed with the secret": ({}, "the client's secret", 401),
    "signed with the public key": ({}, "its public key", 401),
    "signed by another": ({}, "another's key", 401),
    "no group": ({"groups": None}, "own", 403),
    "other group": ({"groups": ["visitors"]}, "own", 403),
    "groups of another kind": ({"groups": {"everybody": True}}, "own", 403),
    "no address for a person": ({"email": None}, "own", 403),
    "address not verified": ({"email_verified": False}, "own", 403),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_what_is_wrong_lets_nobody_in(world: World, wrong: str) -> None:
    world.provider.said, world.provider.signs_with, status = WRONG[wrong]
    with Browser(world.service.url) as browser:
        answer = world.come_back(browser)
        assert answer.status_code == status, answer.text
        assert "session" not in browser.cookies
        assert "sso" not in browser.cookies
        assert browser.get(PRODUCTIVITY).status_code == 401
        for secret in (SECRET, "Traceback", "ada@"):
            assert secret not in answer.text


def test_person_whom_the_sheet_does_not_know_sees_nothing(world: World) -> None:
    world.provider.said = {"email": "stranger@north.example"}
    with Browser(world.service.url) as browser:
        assert world.come_back(browser).status_code == 200
        assert browser.get(PRODUCTIVITY).status_code == 401


def test_way_back_belongs_to_the_browser_that_began(world: World) -> None:
    with Browser(world.service.url) as browser, Browser(world.service.url) as other:
        away = browser.get("/login/sso").headers["location"]
        back = httpx.get(away).headers["location"]
        assert other.get(back).status_code == 400
        other.get("/login/sso")
        world.provider.asked.clear()
        assert other.get(back).status_code == 401
        assert world.provider.asked == []
        for path in ("/login/sso/callback", "/login/sso/callback?code=x&state=y"):
            browser.get("/login/sso")
            assert browser.get(path).status_code == 401
        assert not browser.cookies.get("session")
        # A code counts once, and so does an attempt.
        away = browser.get("/login/sso").headers["location"]
        back = httpx.get(away).headers["location"]
        assert browser.get(back).status_code == 200
        assert browser.get(back).status_code == 400


def test_provider_that_signs_with_a_new_key_is_believed(world: World) -> None:
    with Browser(world.service.url) as browser:
        assert world.come_back(browser).status_code == 200
        world.provider.new_key()
        assert world.come_back(browser).status_code == 200


@pytest.mark.parametrize(
    "describes",
    [
        {"issuer": "https://other.example"},
        {"token_endpoint": "http://other.example/token"},
        {"jwks_uri": None},
        {"authorization_endpoint": "javascript:alert(1)"},
    ],
)
def test_description_that_cannot_be_right_is_not_followed(
    world: World, describes: dict[str, Any]
) -> None:
    world.provider.describes = describes
    with Browser(world.service.url) as browser:
        assert browser.get("/login/sso").status_code == 503


def test_operator_ends_a_session_by_its_name(
    world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from serving.__main__ import main

    monkeypatch.setenv("STATE_DIR", str(world.service.settings.state_dir))
    with Browser(world.service.url) as browser:
        assert world.come_back(browser).status_code == 200
        sessions = sessions_of(world.service.settings)
        names = {one.token_id for _, one, _ in sessions._all()}
        (name,) = {name for name in names if name.startswith("sso_")}
        # A hash, and not the provider's number of the person, which is two digits.
        assert re.fullmatch("sso_[0-9a-f]{16}", name)
        assert main(["tokens", "revoke", name]) == 0
        assert browser.get(PRODUCTIVITY).status_code == 401
        assert main(["tokens", "revoke", name]) == 1
    capsys.readouterr()


def test_without_its_settings_there_is_no_single_sign_on(world: World) -> None:
    with Browser(world.service.url) as browser:
        assert world.come_back(browser).status_code == 200
        with serving(replace(world.service.settings, oidc=None)) as service:
            browser.base_url = httpx.URL(service.url)
            assert browser.get(PRODUCTIVITY).status_code == 401
            assert browser.get("/login/sso").status_code == 400
            assert browser.get("/login/sso/callback?code=x&state=y").status_code == 400
            assert "sso" not in browser.get("/login").text


def test_erasing_ends_what_single_sign_on_has_opened(world: World) -> None:
    world.provider.said = {"groups": ["finance"], "email": BOB}
    with Browser(world.service.url) as browser:
        assert world.come_back(browser).status_code == 200
        assert browser.get(SPEND).status_code == 200
        ask_for_erasure(world.service.settings.state_dir, [BOB], requested_by="test")
        world.service.look()
        assert browser.get(SPEND).status_code == 401


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("groups: []", "names no groups"),
        ("- x", "names no groups"),
        ("groups: [{group: a, role: root}]", "line 1 of groups: the role is one of"),
        ("groups: [{group: a, role: viewer}]", "needs organizations"),
        (
            "groups: [{group: a, role: lead}, {role: lead}]",
            "line 2 of groups: needs group and role",
        ),
        ("groups: [{group: a, role: person, teams: [x]}]", "teams are for a lead"),
        ("groups: [{group: a, role: viewer, organizations: north}]", "is a list of texts"),
        ("groups: [{group: a, role: lead, organisations: [x]}]", "may have organizations"),
        ("groups: [", "cannot be read"),
    ],
)
def test_file_of_groups_says_what_is_wrong_with_it(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "groups.yml"
    path.write_text(text)
    with pytest.raises(ConfigError, match="OIDC_GROUPS") as raised:
        read_groups(path)
    assert words in str(raised.value)


def test_settings_of_single_sign_on_are_all_there_or_none() -> None:
    assert read_settings({}).oidc is None
    given = {"OIDC_ISSUER": "https://id.example", "OIDC_CLIENT_ID": "a", "OIDC_CLIENT_SECRET": "b"}
    with pytest.raises(ConfigError, match="OIDC_GROUPS"):
        read_settings(given)
    found = read_settings({**given, "OIDC_GROUPS": "groups.yml"}).oidc
    assert found == OpenIdConnect("https://id.example", "a", "b", Path("groups.yml"))
    assert "b'" not in repr(found)
