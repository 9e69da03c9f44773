"""A copy of the boards that can be sent: a folder of pages that need no server, no script and no network.

It holds what one audience may see and nothing that names a person, whoever makes it.
"""

import shutil
from dataclasses import dataclass
from pathlib import Path

from dashboards.definition import Board, Card
from serving.api.access import Principal
from serving.api.view import View
from serving.web import drawing
from serving.web.asking import Desk
from serving.web.board import BoardShown, show
from serving.web.choices import day_of, read_choices
from serving.web.pictures import picture
from serving.web.questions import open_to
from serving.web.rendering import ENVIRONMENT, STATIC_FILES, frame

_LEFT_OUT = ("boards.js",)


class SiteError(Exception):
    """The copy cannot be written; the message says why and what to do."""


@dataclass(frozen=True)
class Copy:
    """Makes a copy of the boards for one audience."""

    view: View
    principal: Principal

    def write(self, folder: Path) -> list[Path]:
        """Write the pages into a new or an own folder, and return them.

        Raises:
            SiteError: The folder holds something that no copy has made, or nothing is for this audience.
        """
        desk = _Anonymous(self.view, self.principal)
        boards = open_to(desk)
        if not boards:
            raise SiteError("No board has a card for this audience.")
        _make_room(folder)
        shutil.copytree(
            STATIC_FILES,
            folder / "static",
            ignore=shutil.ignore_patterns(*_LEFT_OUT),
            dirs_exist_ok=True,
        )
        written, answers = [], []
        for board in boards:
            chosen = read_choices(board, day_of(self.view), ())
            shown = show(desk, self.view.cursor(), chosen)
            answers.append((board, shown.answer))
            written.append(
                self._page(
                    folder,
                    f"{board.name}.html",
                    "board.html",
                    boards,
                    board=board,
                    shown=shown,
                    pictures=_pictures(desk, shown),
                )
            )
        written.append(self._page(folder, "index.html", "boards.html", boards, answers=answers))
        return written

    def _page(
        self, folder: Path, name: str, template: str, boards: list[Board], **context: object
    ) -> Path:
        around = {
            **frame(self.view),
            "static": "static/",
            "home": "index.html",
            "address_of": lambda board: f"{board}.html",
            "csrf_token": None,
            "is_live": False,
        }
        text = ENVIRONMENT.get_template(template).render({**around, "boards": boards, **context})
        (folder / name).write_text(text, encoding="utf-8")
        return folder / name


class _Anonymous(Desk):
    """A desk from which nothing that names a person leaves."""

    def may_see(self, card: Card) -> bool:
        """Say whether a card may stand in a copy."""
        return super().may_see(card) and not self.names_persons(card)


def _pictures(desk: Desk, shown: BoardShown) -> dict[str, str]:
    return {
        one.card.name: drawing.drawn(
            picture(desk, one.result, one.place, shown.chosen, is_narrow=False, is_linked=False)
        )
        for _, cards in shown.sections
        for one in cards
        if one.result is not None and one.card.is_chart
    }


_MARK = ".made-by-ai-usage"


def _make_room(folder: Path) -> None:
    """Empty a folder that an earlier copy has made; refuse any other that is not empty."""
    if folder.exists() and any(folder.iterdir()):
        if not (folder / _MARK).exists():
            raise SiteError(
                f"{folder} holds something that is no copy of the boards: name another."
            )
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _MARK).touch()
