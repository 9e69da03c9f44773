"""Sessions of browsers: opened with a token, ended with it, and no other site's to use."""

import datetime as dt
import os
from collections.abc import Iterator
from dataclasses import replace

import httpx
import pytest

from serving.api.sessions import Sessions, digest_of
from serving.api.tokens import TokenStore
from serving.config import Settings
from tests.browser import OURS, PAGE, Browser
from tests.service import Service, serving

SPEND = "/api/v1/analytics/spend"
ERASE = "/api/v1/user/data?subject=nobody@north.example"


@pytest.fixture
def browser(service: Service) -> Iterator[Browser]:
    with service.browser("*", role="admin") as signed_in:
        yield signed_in


def test_session_reads_what_its_token_reads(service: Service, browser: Browser) -> None:
    assert browser.get(SPEND).status_code == 200
    with browser.stream("GET", "/api/v1/events") as events:
        assert events.status_code == 200
        assert (
            next(line for line in events.iter_lines() if line.startswith("event"))
            == "event: snapshot"
        )
    with service.browser("north") as viewer:
        assert viewer.get(SPEND).status_code == 403


def test_cookie_tells_nothing_and_only_its_hash_is_kept(service: Service) -> None:
    token = service.token("north")
    with Browser(service.url) as browser:
        answer = browser.sign_in(token)
        cookies = answer.headers.get_list("set-cookie")
    (cookie,) = [one for one in cookies if one.startswith("session=")]
    presented, _, attributes = cookie.removeprefix("session=").partition(";")
    assert {one.strip().lower() for one in attributes.split(";")} == {
        "httponly", "max-age=43200", "path=/", "samesite=strict",
    }  # fmt: skip
    assert len(presented) >= 43  # 256 bits
    (file,) = (service.settings.state_dir / "sessions").iterdir()
    assert file.name == f"{digest_of(presented)}.json"
    assert presented not in file.read_text()
    assert token not in file.read_text()
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700


def test_over_https_the_cookie_is_bound_to_the_host(service: Service) -> None:
    with Browser(service.url) as browser:
        browser.headers.update({"X-Forwarded-Proto": "https", "Host": "usage.acme.example"})
        page = browser.get("/login")
        assert "__Host-signin=" in page.headers["set-cookie"]
        field = page.text.partition('name="csrf_token" value="')[2].partition('"')[0]
        before = page.headers["set-cookie"].partition(";")[0]
        answer = browser.post(
            "/login",
            data={"csrf_token": field, "token": service.token("*")},
            headers={**OURS, "Cookie": before},
        )
        assert answer.status_code == 303
        (cookie,) = [
            one for one in answer.headers.get_list("set-cookie") if "__Host-session" in one
        ]
        assert {"Secure", "HttpOnly", "SameSite=strict", "Path=/"} <= set(cookie.split("; "))
        sent = {"Cookie": cookie.partition(";")[0]}
        assert browser.get(SPEND, headers=sent).status_code == 200
        # A cookie that another host of the domain could have set is none.
        sent = {"Cookie": cookie.partition(";")[0].removeprefix("__Host-")}
        assert browser.get(SPEND, headers=sent).status_code == 401


def test_without_https_there_is_no_session_elsewhere(service: Service) -> None:
    with Browser(service.url) as browser:
        browser.headers["Host"] = "usage.acme.example"
        assert browser.get("/login").status_code == 400
        answer = browser.post("/login", data={"token": service.token("*")}, headers=OURS)
        assert answer.status_code == 400
        assert "session=" not in answer.headers.get("set-cookie", "")


def test_revoked_token_ends_its_sessions_with_the_next_request(
    service: Service, browser: Browser
) -> None:
    store = TokenStore(service.settings.state_dir)
    (token_id,) = store.tokens()
    assert browser.get(SPEND).status_code == 200
    store.revoke(token_id, at=dt.datetime.now(dt.UTC))
    assert browser.get(SPEND).status_code == 401
    assert browser.get("/boards").status_code == 303
    assert not list((service.settings.state_dir / "sessions").iterdir())


def test_session_ends_unused_and_in_any_case(settings: Settings) -> None:
    sessions = Sessions(
        settings.state_dir, idle=dt.timedelta(minutes=30), longest=dt.timedelta(hours=2)
    )
    start = dt.datetime(2026, 6, 10, 8, tzinfo=dt.UTC)

    def is_open(one: str, minutes: float, **more: bool) -> bool:
        at = start + dt.timedelta(minutes=minutes)
        return sessions.find(digest_of(one), at=at, **more) is not None

    unused = sessions.open("t", at=start)
    assert is_open(unused, 29.9, is_use=False)
    assert not is_open(unused, 30)
    assert not is_open(unused, 1)  # and does not come back
    used = sessions.open("t", at=start)
    assert [is_open(used, minutes) for minutes in range(20, 120, 20)] == [True] * 5
    assert not is_open(used, 120)


def test_sessions_survive_a_restart_and_are_known_to_every_process(settings: Settings) -> None:
    with serving(settings) as first, first.browser("*") as browser:
        cookie = {"Cookie": f"session={browser.session}"}
        with serving(settings) as second:
            browser.base_url = httpx.URL(second.url)
            assert browser.get(SPEND).status_code == 200
            answer = browser.send_form("/logout", csrf_token=browser.csrf)
            assert (answer.status_code, answer.headers["location"]) == (303, "/login")
            assert "Max-Age=0" in answer.headers["set-cookie"]
        assert httpx.get(f"{first.url}{SPEND}", headers=cookie).status_code == 401


@pytest.mark.parametrize("damage", ["{", "[]", '{"token_id": "x"}', "", "readable by others"])
def test_damaged_session_is_none(service: Service, browser: Browser, damage: str) -> None:
    (file,) = (service.settings.state_dir / "sessions").iterdir()
    if damage == "readable by others":
        file.chmod(0o644)
    else:
        file.write_text(damage)
    assert browser.get(SPEND).status_code == 401
    with service.browser("*") as another:
        assert another.get(SPEND).status_code == 200


@pytest.mark.parametrize(
    "cookie", ["session=", "session=../../tokens", "session=%00", "session=x; session=y"]
)
def test_invented_cookies_open_nothing(lasting: Service, cookie: str) -> None:
    assert httpx.get(f"{lasting.url}{SPEND}", headers={"Cookie": cookie}).status_code == 401


def test_token_that_is_presented_decides_alone(service: Service, browser: Browser) -> None:
    viewer = {"Authorization": f"Bearer {service.token('north')}"}
    assert browser.get(SPEND, headers=viewer).status_code == 403
    assert browser.get(SPEND, headers={"Authorization": "Bearer nonsense"}).status_code == 401
    assert browser.get(SPEND, headers={"Authorization": ""}).status_code == 401


FOREIGN: tuple[dict[str, str], ...] = (
    {},
    {"Sec-Fetch-Site": "cross-site", "Origin": "https://other.example"},
    {"Sec-Fetch-Site": "same-site", "Origin": "null"},
    {"Sec-Fetch-Site": "none"},
    {"Origin": "https://other.example"},
    {"Origin": "null"},
)


@pytest.mark.parametrize("headers", FOREIGN)
def test_no_other_site_changes_anything(browser: Browser, headers: dict[str, str]) -> None:
    assert browser.send_form("/logout", headers, csrf_token=browser.csrf).status_code == 403
    assert browser.get(SPEND).status_code == 200


def test_without_the_token_of_the_form_nothing_changes(service: Service) -> None:
    with (
        service.browser("*", role="privacy_officer") as browser,
        service.browser("*", role="privacy_officer") as other,
    ):
        for wrong in ("", "nonsense", other.csrf, browser.session):
            assert browser.send_form("/logout", csrf_token=wrong).status_code == 403
            answer = browser.delete(ERASE, headers={**OURS, "X-CSRF-Token": wrong})
            assert answer.status_code == 403
        assert browser.delete(ERASE, headers=OURS).status_code == 403
        proven = {**OURS, "X-CSRF-Token": browser.csrf}
        assert browser.delete(ERASE, headers=proven).status_code == 202
        same_host = {"Origin": service.url, "X-CSRF-Token": browser.csrf}
        assert browser.delete(ERASE, headers=same_host).status_code == 202


@pytest.mark.parametrize("headers", FOREIGN)
def test_nobody_is_signed_in_by_another_site(lasting: Service, headers: dict[str, str]) -> None:
    with Browser(lasting.url) as browser:
        page = browser.get("/login").text
        field = page.partition('name="csrf_token" value="')[2].partition('"')[0]
        token = lasting.token("*")
        answer = browser.send_form("/login", headers, csrf_token=field, token=token)
        assert answer.status_code == 403
        assert "session" not in browser.cookies
        # Nor with the form of another browser.
        with Browser(lasting.url) as other:
            other.get("/login")
            answer = other.send_form("/login", csrf_token=field, token=token)
            assert answer.status_code == 403


def test_login_page_can_be_used_by_everybody(lasting: Service) -> None:
    with Browser(lasting.url) as browser:
        page = browser.get("/login?next=/boards/savings%3Fdays%3D30").text
        for text in (
            '<html lang="en">',
            '<label for="token">',
            "<h1>",
            'type="submit"',
            'name="viewport"',
        ):
            assert text in page
        assert 'name="next" value="/boards/savings?days=30"' in page
        for text in ("<script", "style=", "onclick", "http://", "https://"):
            assert text not in page
        answer = browser.sign_in("nonsense<b>", next="/x")
        assert answer.status_code == 401
        assert 'role="alert"' in answer.text
        assert "nonsense" not in answer.text
        assert (
            browser.sign_in(lasting.token("north"), next="//other.example").headers["location"]
            == "/"
        )
        assert browser.sign_in(lasting.token("north"), next="/a?b").headers["location"] == "/a?b"
        assert browser.get("/login").headers["cache-control"] == "no-store"


def test_whoever_tries_tokens_has_to_wait(service: Service) -> None:
    token = service.token("*")
    with Browser(service.url) as browser:
        assert [browser.sign_in("nonsense").status_code for _ in range(11)] == [401] * 10 + [429]
        assert browser.sign_in(token).status_code == 429
        assert int(browser.sign_in(token).headers["retry-after"]) > 0
    # The API's own tokens are not held up by that.
    assert (
        httpx.get(f"{service.url}{SPEND}", headers={"Authorization": f"Bearer {token}"}).status_code
        == 200
    )


def test_new_sign_in_is_a_new_session_and_ends_the_one_before(service: Service) -> None:
    with Browser(service.url) as browser:
        browser.sign_in(service.token("*"))
        before = browser.session
        browser.sign_in(service.token("north"))
        assert browser.session != before
    answer = httpx.get(f"{service.url}{SPEND}", headers={"Cookie": f"session={before}"})
    assert answer.status_code == 401


def test_link_on_another_site_finds_the_session(service: Service, browser: Browser) -> None:
    # A strict cookie does not come along with the first request.
    foreign = {**PAGE, "Sec-Fetch-Site": "cross-site"}
    answer = httpx.get(f"{service.url}/boards/x?a=%22%3E&b=1", headers=foreign)
    assert answer.status_code == 200
    assert 'content="0;url=/boards/x?a=%22%3E&amp;b=1"' in answer.text
    assert browser.get("/boards/x", headers={"Sec-Fetch-Site": "same-origin"}).status_code == 404


def test_link_of_a_sandbox_signs_in_once_and_sees_no_other_data(settings: Settings) -> None:
    with serving(settings) as service:
        now = dt.datetime.now(dt.UTC)
        code = service.app.state.links.make(now)
        with Browser(service.url) as browser:
            assert browser.get("/login/link", params={"code": "nonsense"}).status_code == 401
            assert browser.get("/login/link", params={"code": code}).status_code == 200
            assert browser.get(SPEND).status_code == 200
            with Browser(service.url) as second:
                assert second.get("/login/link", params={"code": code}).status_code == 401
            late = service.app.state.links.make(now - dt.timedelta(minutes=11))
            assert browser.get("/login/link", params={"code": late}).status_code == 401
            away = service.app.state.links.make(now)
            host = {"Host": "usage.acme.example"}
            assert (
                browser.get("/login/link", params={"code": away}, headers=host).status_code == 401
            )
            object.__setattr__(service.settings, "data_origin", "vendors")
            service.change("update marts.mart_savings__daily set baseline_cost_usd = 1")
            service.look()
            assert browser.get(SPEND).status_code == 401
            again = service.app.state.links.make(dt.datetime.now(dt.UTC))
            assert browser.get("/login/link", params={"code": again}).status_code == 401


def test_link_is_printed_over_a_sandbox_on_this_machine_only(settings: Settings) -> None:
    from serving.server import link_to_boards
    from serving.web.links import Links

    links = Links()
    (line,) = link_to_boards(settings, links)
    code = line.rpartition("code=")[2]
    assert "http://127.0.0.1:8000/login/link?code=" in line
    assert links.use(code, dt.datetime.now(dt.UTC))
    assert link_to_boards(replace(settings, api_host="0.0.0.0"), links) == []  # noqa: S104
    elsewhere = replace(settings, api_public_url="https://usage.acme.example")
    assert link_to_boards(elsewhere, links) == []
    assert link_to_boards(replace(settings, publish_dir=settings.state_dir), links) == []


def test_unused_time_of_a_session_is_that_of_its_file(service: Service, browser: Browser) -> None:
    (file,) = (service.settings.state_dir / "sessions").iterdir()
    old = dt.datetime.now(dt.UTC) - dt.timedelta(minutes=119)
    os.utime(file, (old.timestamp(), old.timestamp()))
    assert browser.get(SPEND).status_code == 200
    assert file.stat().st_mtime > old.timestamp() + 60
    old -= dt.timedelta(minutes=2)
    os.utime(file, (old.timestamp(), old.timestamp()))
    assert browser.get(SPEND).status_code == 401
