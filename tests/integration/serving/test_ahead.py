"""Nobody waits for a picture that somebody had before, or that everybody sees first."""

import httpx
import pytest

from serving.api import snapshots
from serving.config import Settings
from serving.web import questions
from serving.web.choices import PRESETS
from serving.web.drawers import Form
from serving.web.marks import Spec
from serving.web.pictures import WHOLE_COMPANY
from serving.web.questions import first_of, later_of
from tests.integration.serving.test_swap import STAMP
from tests.service import Service, serving


class Counting:
    """Draws nothing, and counts."""

    def __init__(self) -> None:
        self.n_drawn = 0

    def draw(self, spec: Spec, form: Form = "svg") -> bytes:
        self.n_drawn += 1
        return f"<svg>{form} {len(spec)}</svg>".encode()


@pytest.fixture
def drawers(monkeypatch: pytest.MonkeyPatch) -> Counting:
    counting = Counting()
    monkeypatch.setattr(questions, "DRAWERS", counting)
    return counting


def test_pages_are_there_before_they_are_asked_for(
    settings: Settings, drawers: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshots, "SECONDS_BEFORE_NEW", 60.0)
    with serving(settings, is_ahead=True) as service:
        follower = service.app.state.follower
        ready = httpx.get(f"{service.url}/readyz")
        while not ready.is_success:
            assert ready.json()["boards"] == "the first pages are being drawn"
            ready = httpx.get(f"{service.url}/readyz")
        first = follower.answers
        wanted = list(first_of(first.view, [WHOLE_COMPANY]))
        assert len([one for one in wanted if one.is_drawn]) >= 3
        assert [one.key for one in wanted if one not in first] == []
        assert drawers.n_drawn >= len([one for one in wanted if one.is_drawn])

        service.change(*(statement.format(n=7) for statement in STAMP))
        service.look()
        # The new snapshot is served, and nothing was asked of it since.
        answers = follower.answers
        assert answers is not first
        again = list(first_of(answers.view, [WHOLE_COMPANY]))
        assert len(again) == len(wanted)
        assert [one.key for one in again if one not in answers] == []


def test_a_picture_is_drawn_once_for_all_who_see_the_same(
    lasting: Service, drawers: Counting
) -> None:
    address = "/boards/savings/by_provider.svg?days=all"
    for organization, role, n_drawn in (
        ("*", "admin", 1),
        ("*", "viewer", 1),
        ("north", "viewer", 2),
        ("north", "viewer", 2),
    ):
        with lasting.browser(organization, role=role) as browser:
            answer = browser.get(address)
            assert answer.status_code == 200
            assert answer.headers["content-type"] == "image/svg+xml"
            tag = {"If-None-Match": answer.headers["etag"]}
            assert browser.get(address, headers=tag).status_code == 304
            assert browser.get(f"{address}&size=narrow", headers=tag).status_code == 200
        # Once more for a phone.
        assert drawers.n_drawn == 2 * n_drawn


def test_figures_of_other_dates_come_before_their_pictures(lasting: Service) -> None:
    answers = lasting.app.state.follower.answers
    is_drawn = [question.is_drawn for question in later_of(answers.view)]
    n_figures = is_drawn.count(False)
    assert n_figures >= len(PRESETS)
    assert is_drawn == [False] * n_figures + [True] * (len(is_drawn) - n_figures)
