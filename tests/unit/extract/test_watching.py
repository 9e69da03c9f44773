"""A list that moved while its pages were read, told from one that stood still."""

import ast
from pathlib import Path
from typing import Any

import pytest

from extract.client.watching import Watch
from extract.landing.errors import TornError

ROOT = Path(__file__).parents[3]
Page = list[dict[str, Any]]


def read(watch: Watch, *pages: Page, **totals: object) -> None:
    for rows in pages:
        watch.see({"data": rows, **totals})
    watch.end()


def row(name: str, at: int = 0) -> dict[str, Any]:
    return {"id": name, "at": at}


def by_id(**more: Any) -> Watch:
    return Watch(key=lambda one: one.get("id") if isinstance(one, dict) else None, **more)


def in_order(known: frozenset[str] = frozenset()) -> Watch:
    return by_id(place=lambda one: one["at"], known=known)


def test_a_list_that_stands_still_is_whole() -> None:
    watch = by_id(n_rows="total", totals=("pages.all",))
    read(watch, [row("a"), row("b")], [row("c")], total=3, pages={"all": 2})
    read(by_id(n_rows="total"), [], total=0)
    # Nothing is stated: nothing can be compared.
    read(by_id(n_rows="total", totals=("pages.all",)), [row("a")], [row("b")])


@pytest.mark.parametrize("total", ["total", "pages.all"])
def test_a_total_that_changes_between_pages_is_torn(total: str) -> None:
    watch = by_id(totals=("total", "pages.all"))
    watch.see({"data": [row("a")], "total": 3, "pages": {"all": 2}})
    later: dict[str, Any] = {"data": [row("b")], "total": 3, "pages": {"all": 2}}
    later = {**later, "total": 4} if total == "total" else {**later, "pages": {"all": 3}}
    with pytest.raises(TornError, match=f"page 2 says {total} .*, a page before it said"):
        watch.see(later)


def test_a_total_that_only_a_later_page_states_counts() -> None:
    watch = by_id(n_rows="total")
    watch.see({"data": [row("a")]})
    watch.see({"data": [row("b")], "total": 3})
    with pytest.raises(TornError, match="counts 3 rows, its pages held 2"):
        watch.end()


@pytest.mark.parametrize(("total", "n"), [(2, 3), (4, 3)])
def test_rows_are_as_many_as_the_total_says(total: int, n: int) -> None:
    with pytest.raises(TornError, match=f"counts {total} rows, its pages held {n}"):
        read(by_id(n_rows="total"), [row("a"), row("b")], [row("c")], total=total)


def test_a_row_of_an_earlier_page_is_torn_whatever_the_totals_say() -> None:
    """One came and one went: the totals agree and the rows are as many, yet one is twice and one is missing."""
    with pytest.raises(TornError, match="1 rows of page 3 came twice"):
        read(by_id(n_rows="total"), [row("a")], [row("b")], [row("a")], total=3)


def test_rows_without_a_key_and_twins_of_one_page_are_left_alone() -> None:
    read(by_id(), [row("a"), row("a")], [{"id": None}, None], [{"id": None}, None])  # type: ignore[list-item]


def test_equal_rows_where_two_pages_meet_are_believed_when_they_stay() -> None:
    """Two equal requests in a millisecond are two; one read twice looks the same, but not a second time."""
    pages = [row("a", 9), row("b", 8)], [row("b", 8), row("c", 7)]
    with pytest.raises(TornError, match="one row read twice, or two that are equal") as doubt:
        read(in_order(), *pages)
    assert doubt.value.reading is not None
    known = frozenset({doubt.value.reading})
    read(in_order(known), *pages)
    with pytest.raises(TornError, match="one row read twice"):
        read(in_order(known), *pages, [row("d", 6)])


def test_equal_rows_elsewhere_are_never_believed() -> None:
    """A vendor that answers every page with the first one does so each time."""
    page = [row("a", 9), row("b", 8)]
    with pytest.raises(TornError, match="2 rows of page 2 came twice") as doubt:
        read(in_order(), page, page)
    assert doubt.value.reading is None


def test_every_reader_says_how_its_list_is_watched() -> None:
    """A reader without a watch would take a moving list for a still one; one that asks once says so."""
    calls = [
        (path.name, {keyword.arg for keyword in call.keywords})
        for path in sorted((ROOT / "extract" / "sources").rglob("*.py"))
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr == "pages"
    ]
    assert len(calls) > 8
    assert [name for name, said in calls if "watch" not in said] == []
