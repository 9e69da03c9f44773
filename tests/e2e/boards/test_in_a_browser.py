"""The boards in Debian's chromium: drawn without an error, without another host, by keyboard, light and dark, on paper."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request

from dashboards.definition import read_boards
from dashboards.names import name_of
from serving.web.words import written
from tests.e2e.boards.test_pages import person_of, tables_of
from tests.service import Service

BOARDS = read_boards()
LOADED = "[...document.querySelectorAll('figure[data-src]')].every((one) => one.dataset.drawn)"
MOST_BYTES = 250_000
SCHEMES: dict[Literal["light", "dark"], dict[str, list[str]]] = {
    "light": {},
    "dark": {"runOnly": ["color-contrast"]},
}
"""What axe-core looks at: everything, and once more what the scheme changes."""


@dataclass
class Seen:
    """A page, and what went wrong on it."""

    page: Page
    wrong: list[str] = field(default_factory=list)
    n_bytes: int = 0

    def open(self, url: str) -> None:
        """Open an address and wait until every picture stands there."""
        self.n_bytes = 0
        self.page.goto(url)
        for _ in range(600):  # at once, unless the machine is busy
            if self.page.evaluate(LOADED):
                return
            self.page.wait_for_timeout(50)
        raise AssertionError(f"{url}: not every picture was drawn")


def watched(context: BrowserContext, url: str) -> Seen:
    """Return a page of which every error and every request to another host is noted."""
    seen = Seen(context.new_page())
    seen.page.on(
        "console",
        lambda said: seen.wrong.append(said.text) if said.type in ("error", "warning") else None,
    )
    seen.page.on("pageerror", lambda error: seen.wrong.append(str(error)))
    seen.page.on(
        "request", lambda asked: None if asked.url.startswith(url) else seen.wrong.append(asked.url)
    )

    def finished(asked: Request) -> None:
        if not asked.url.endswith("/events"):
            seen.n_bytes += asked.sizes()["responseBodySize"]

    seen.page.on("requestfinished", finished)
    return seen


def signed_in(
    chromium: Browser, boards: Service, role: str = "admin", **more: Any
) -> BrowserContext:
    """Return a context of somebody who has signed in by the form."""
    context = chromium.new_context(viewport={"width": 1440, "height": 1000}, **more)
    person = person_of(boards) if role == "person" else None
    page = context.new_page()
    page.goto(boards.url)
    page.get_by_label("Token").fill(boards.token("*", role=role, person=person))
    page.get_by_role("button", name="Sign in").press("Enter")
    page.wait_for_url(f"{boards.url}/")
    page.close()
    return context


@pytest.fixture(scope="module")
def admin(chromium: Browser, boards: Service) -> Iterator[BrowserContext]:
    context = signed_in(chromium, boards)
    yield context
    context.close()


@pytest.mark.parametrize("name", [name for name in BOARDS if not BOARDS[name].is_of_one_person])
def test_board_is_whole(admin: BrowserContext, boards: Service, name: str) -> None:
    seen = watched(admin, boards.url)
    seen.open(f"{boards.url}/boards/{name}?days=all")
    assert seen.wrong == []
    assert seen.n_bytes < MOST_BYTES
    assert seen.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert seen.page.locator("figure svg").count() > 0 or name == "operations"
    seen.page.close()


def test_figures_on_the_page_are_those_of_the_marts(admin: BrowserContext, boards: Service) -> None:
    """Read from the page: of each bar its label, which a screen reader says."""
    seen = watched(admin, boards.url)
    seen.open(f"{boards.url}/boards/executive?days=all")
    said = seen.page.locator("#spend_by_team figure svg [aria-label]").evaluate_all(
        "(marks) => marks.map((one) => one.getAttribute('aria-label'))"
    )
    shown = {
        found[1]: Decimal(found[2].replace(",", ""))
        for one in said
        if (found := re.match(r"(.+): \$([\d,.]+) ", one))
    }
    rows = (
        tables_of(boards.settings.publish_dir)
        .execute(
            "select coalesce(team_name, '(none)'), sum(spend_usd) from marts.fct_ai_spend_daily group by 1"
        )
        .fetchall()
    )
    assert shown.keys() == {team for team, _ in rows}
    for team, spend in rows:
        assert abs(shown[team] - spend) <= (Decimal("0.5") if spend >= 1000 else Decimal("0.005"))
    seen.page.close()


def test_keys_on_the_page_are_those_of_the_marts(admin: BrowserContext, boards: Service) -> None:
    """Each service with its figures, and words where one is missing: never a 0, never nothing."""
    seen = watched(admin, boards.url)
    seen.open(f"{boards.url}/boards/delivery?days=all")
    shown = [
        line.locator("td, th").all_inner_texts()
        for line in seen.page.locator("#five_keys table").first.locator("tbody tr").all()
    ]
    rows = (
        tables_of(boards.settings.publish_dir)
        .execute(
            "select service, n_deployments, lead_p50_seconds / 3600, change_fail_share, lead_null_reason"
            " from metrics.mart_delivery__dora_daily where team_scope_level = 'all'"
            " qualify last_date = max(last_date) over () order by service"
        )
        .fetchall()
    )
    assert len(rows) == len(shown) > 2
    columns = list(BOARDS["delivery"].cards["five_keys"].columns)
    for cells, (service, n, hours, share, reason) in zip(shown, rows, strict=True):
        found = dict(zip(columns, cells, strict=True))
        assert (found["service"], found["n_deployments"]) == (service, str(n))
        assert found["lead_p50_hours"] == written(hours, "hours")
        assert found["change_fail_share"] == written(share, "percent")
        assert found["lead_null_reason"] == (name_of("lead_null_reason", reason) if reason else "")
    assert any(reason for *_, reason in rows), "no service lacks a figure"
    seen.page.close()


def test_a_click_on_a_bar_filters_and_another_takes_it_back(
    admin: BrowserContext, boards: Service
) -> None:
    seen = watched(admin, boards.url)
    seen.open(f"{boards.url}/boards/executive?days=all")
    bar = seen.page.locator("#spend_by_team figure svg a").first
    bar.focus()
    seen.page.keyboard.press("Enter")
    seen.page.wait_for_url(re.compile(r"team="))
    chosen = seen.page.locator("select[name=team]").input_value()
    assert chosen
    seen.open(seen.page.url)
    assert seen.page.locator("#spend_by_team .data tbody tr").count() == 1
    seen.page.locator("#spend_by_team figure svg a").first.focus()
    seen.page.keyboard.press("Enter")
    seen.page.wait_for_url(f"{boards.url}/boards/executive?days=all")
    assert seen.wrong == []
    seen.page.close()


def test_a_choice_in_a_list_is_an_address(admin: BrowserContext, boards: Service) -> None:
    seen = watched(admin, boards.url)
    seen.open(f"{boards.url}/boards/executive?days=30")
    seen.page.locator("select[name=vendor]").select_option("cursor")
    seen.page.wait_for_url(re.compile("vendor="))
    assert seen.page.url == f"{boards.url}/boards/executive?vendor=cursor&days=30"
    seen.page.close()


def test_nothing_is_hard_to_read_or_to_reach(chromium: Browser, boards: Service, axe: str) -> None:
    """No serious or critical finding of axe-core, on any board; in the dark only colours are others."""
    found: dict[str, list[str]] = {}
    for role in ("admin", "person"):
        # Only the tester's own script needs the page's policy out of the way.
        context = signed_in(chromium, boards, role, bypass_csp=True)
        seen = watched(context, boards.url)
        names = [name for name in BOARDS if BOARDS[name].is_of_one_person == (role == "person")]
        for path in ("/", *(f"/boards/{name}" for name in names)):
            seen.open(f"{boards.url}{path}")
            seen.page.evaluate(
                "document.querySelectorAll('details').forEach((one) => { one.open = true; })"
            )
            seen.page.evaluate(axe)
            for scheme, rules in SCHEMES.items():
                seen.page.emulate_media(color_scheme=scheme)
                said = seen.page.evaluate(
                    "(rules) => axe.run(document, { resultTypes: ['violations'], ...rules })", rules
                )
                found[f"{path} {scheme}"] = [
                    f"{one['id']}: {one['nodes'][0]['html'][:160]} ({len(one['nodes'])} times)"
                    for one in said["violations"]
                    if one["impact"] in ("serious", "critical")
                ]
        context.close()
    assert {path: said for path, said in found.items() if said} == {}


def test_a_phone_and_paper_show_everything(chromium: Browser, boards: Service) -> None:
    context = signed_in(chromium, boards)
    seen = watched(context, boards.url)
    seen.page.set_viewport_size({"width": 390, "height": 844})
    for name in ("executive", "savings", "delivery"):
        seen.open(f"{boards.url}/boards/{name}")
        assert seen.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
        widths = seen.page.evaluate(
            "[...document.querySelectorAll('figure svg')].map((one) => one.viewBox.baseVal.width)"
        )
        assert max(widths) <= 400, "pictures that a phone would shrink until nobody can read them"
    seen.page.emulate_media(media="print")
    assert seen.page.locator("nav").is_hidden()
    assert seen.page.locator("figure svg").first.is_visible()
    assert seen.wrong == []
    context.close()


def test_without_a_script_every_picture_stands_there(chromium: Browser, boards: Service) -> None:
    context = signed_in(chromium, boards, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{boards.url}/boards/executive")
    pictures = page.locator("figure noscript img, figure img")
    assert pictures.count() > 3
    context.close()
