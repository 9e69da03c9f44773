"""An erased person's rows that are delivered again keep the pseudonym they are held under."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from extract.landing.contracts import Column, Kind, Mode, Table
from extract.landing.pseudonyms import carry_over
from extract.landing.spool import Spool
from persons.suppression import Suppression

PEOPLE = Table(
    "people",
    Mode.TAB,
    (
        Column("sheet_tab", Kind.STRING),
        Column("sheet_row", Kind.INT, "sheet_row"),
        Column("email", Kind.STRING, "email"),
        Column("manager_email", Kind.STRING, "manager_email"),
        Column("team", Kind.STRING, "team"),
    ),
)
A, B, OLD_A, OLD_B = (f"erased-{letter * 16}" for letter in "ab12")


class Held:
    """The warehouse's rows, in the place of a reader."""

    def __init__(self, *rows: tuple[Any, ...]) -> None:
        self._rows = rows

    def rows(self, sql: str, *names: str) -> Sequence[Sequence[Any]]:
        assert "like '%erased-%'" in sql
        assert names == ("people",)
        return self._rows


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[Spool]:
    found = Spool(tmp_path, Suppression())
    yield found
    found.close()


def _row(number: int, email: str, manager: str | None, team: str) -> tuple[Any, ...]:
    return ("people", number, email, manager, team, None)


def _carried(
    spool: Spool, delivered: list[tuple[Any, ...]], *held: tuple[Any, ...]
) -> dict[str, str]:
    names = PEOPLE.spool_schema.names
    rows = [dict(zip(names, row, strict=True)) for row in delivered]
    spool.adopt(PEOPLE, pa.Table.from_pylist(rows, PEOPLE.spool_schema))
    carry_over(Held(*held), spool, PEOPLE, ["current"])  # type: ignore[arg-type]
    return spool.suppression.known


def test_an_equal_row_settles_the_pseudonym_wherever_it_stands(spool: Spool) -> None:
    found = _carried(
        spool,
        [_row(9, f"{A}@erased.invalid", None, "Search"), _row(2, "eve@x.example", None, "Ads")],
        _row(3, f"{OLD_A}@erased.invalid", None, "Search"),
        _row(4, f"{OLD_B}@erased.invalid", None, "Ads"),
    )
    assert found == {A: OLD_A}


def test_a_row_that_says_something_else_settles_nothing(spool: Spool) -> None:
    found = _carried(
        spool,
        [_row(2, f"{A}@erased.invalid", None, "Search")],
        _row(2, f"{OLD_A}@erased.invalid", None, "Ads"),
    )
    assert found == {}


def test_what_fits_one_person_only_weighs_more_than_what_fits_two(spool: Spool) -> None:
    alike = [_row(n, f"{B}@erased.invalid", None, "Search") for n in range(3)]
    found = _carried(
        spool,
        [*alike, _row(9, f"{A}@erased.invalid", None, "Ads")],
        _row(1, f"{OLD_A}@erased.invalid", None, "Search"),
        _row(2, f"{OLD_B}@erased.invalid", None, "Search"),
        _row(3, f"{OLD_A}@erased.invalid", None, "Ads"),
    )
    assert found == {A: OLD_A, B: OLD_B}


def test_two_people_of_one_row_are_told_apart_by_their_columns(spool: Spool) -> None:
    found = _carried(
        spool,
        [_row(2, f"{A}@erased.invalid", f"{B}@erased.invalid", "Search")],
        _row(2, f"{OLD_A}@erased.invalid", f"{OLD_B}@erased.invalid", "Search"),
    )
    assert found == {A: OLD_A, B: OLD_B}
