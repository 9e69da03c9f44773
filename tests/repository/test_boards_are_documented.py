"""The pages about the boards name boards, cards and filters that exist, and leave none out."""

import re

from dashboards.definition import read_boards
from tests.repository.project import ROOT

DOCS = ROOT / "docs"
AUDIENCES = sorted((DOCS / "boards").glob("*.md"))
_ROW = re.compile(
    r"^\| \[(?P<title>[^]]+)\]\(\.\./dashboards/boards/(?P<name>\w+)\) \|(?P<rest>.*)\|$", re.M
)
_SHOWN = re.compile(r"python -m dashboards show (\w+)/(\w+)")


def test_the_index_says_of_each_board_what_its_definition_says() -> None:
    written = [
        (found["name"], found["title"], *(cell.strip() for cell in found["rest"].split("|")[:3]))
        for found in _ROW.finditer((DOCS / "boards.md").read_text(encoding="utf-8"))
    ]
    defined = [
        (board.name, board.title, board.audience, board.question, ", ".join(board.filters))
        for board in read_boards().values()
    ]
    assert written == defined


def test_what_to_look_at_is_a_card() -> None:
    titles = {card.title for board in read_boards().values() for card in board.cards.values()}
    unknown = {
        (page.name, named)
        for page in AUDIENCES
        for step in re.findall(r"^\d+\. (.*(?:\n   .*)*)", page.read_text(encoding="utf-8"), re.M)
        for named in re.findall(r"\*\*(.+?)\*\*", step)
        if named.rstrip(".") not in titles
    }
    assert unknown == set()


def test_pages_name_boards_that_exist() -> None:
    titles = {board.title for board in read_boards().values()}
    unknown = {
        (page.name, named)
        for page in [*AUDIENCES, DOCS / "boards.md", DOCS / "demo.md"]
        for named in re.findall(r"(?<!\*)\*([A-Z][^*]+)\*(?!\*)", page.read_text(encoding="utf-8"))
        if named not in titles
    }
    assert unknown == set()


def test_the_demonstration_shows_cards_that_exist() -> None:
    boards = read_boards()
    shown = _SHOWN.findall((DOCS / "demo.md").read_text(encoding="utf-8"))
    assert shown
    assert [pair for pair in shown if pair[1] not in boards[pair[0]].cards] == []


def test_links_of_the_pages_lead_somewhere() -> None:
    pages = [*AUDIENCES, DOCS / "boards.md", DOCS / "demo.md"]
    dead = {
        (page.name, link)
        for page in pages
        for link in re.findall(r"\]\(([^)#]+)", page.read_text(encoding="utf-8"))
        if not (page.parent / link).exists()
    }
    assert dead == set()
