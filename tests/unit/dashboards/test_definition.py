from pathlib import Path
from typing import Any

import pytest

from dashboards.definition import Board, DefinitionError, read_boards
from tests.unit.dashboards.written import BARS, BOARD, read, write

COLUMNS = BARS["columns"]
SHARE = {"label": "Share", "format": "percent"}
PART = {"label": "Part", "format": "text"}


def refusal(folder: Path, **changes: Any) -> str:
    with pytest.raises(DefinitionError) as caught:
        read(folder, **changes)
    return str(caught.value)


def test_what_is_written_is_read(tmp_path: Path) -> None:
    board = read(tmp_path)
    assert (board.name, board.order, [place.card for place in board.places]) == (
        "money",
        1,
        ["bars"],
    )
    bars = board.cards["bars"]
    assert (bars.name, bars.is_chart, bars.column_of("vendor")) == ("bars", True, "vendor")
    assert bars.empty == "Nothing in these dates."
    assert "{{dates}}" in bars.sql
    assert not board.cards["answer"].is_chart


def test_boards_stand_in_their_order(tmp_path: Path) -> None:
    for name, order in (("a", 3), ("b", 1), ("c", 2)):
        write(tmp_path / name, board={"order": order})
        (tmp_path / name / "money").rename(tmp_path / f"board_{name}")
    assert list(read_boards(tmp_path)) == ["board_b", "board_c", "board_a"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"displya": "bar"}, "displya: Extra inputs are not permitted"),
        ({"display": "smartscalar"}, "display: Input should be 'number', 'trend'"),
        ({"title": ""}, "title: String should have at least 1 character"),
        ({"formula": None}, "formula: Field required"),
        ({"question": None}, "question: Field required"),
        ({"x": "month"}, "'month' is none of its columns"),
        ({"y": ["eur"]}, "'eur' is none of its columns"),
        ({"series": "team"}, "'team' is none of its columns"),
        ({"target": "budget"}, "'budget' is none of its columns"),
        ({"band": ["low", "high"]}, "'low' is none of its columns"),
        ({"band": ["usd"]}, "`band` is two columns"),
        ({"second": ["usd"]}, "`second` are some columns of `y`, not all"),
        ({"second": ["day"]}, "`second` are some columns of `y`, not all"),
        ({"link": {"filter": "vendor", "column": "vendor"}}, "'vendor' is none of its columns"),
        ({"link": {"filter": "team", "column": "day"}}, "links to the filter 'team' that it does not obey"),
        ({"link": {"filter": "dates", "colum": "day"}}, "link.column: Field required"),
        ({"x": None}, "a bar needs x and y"),
        ({"y": None}, "a bar needs x and y"),
        ({"display": "trend", "x": None}, "a trend needs x and y"),
        ({"display": "number", "y": None}, "a number needs one column as y"),
        ({"display": "number", "y": ["usd", "day"]}, "a number needs one column as y"),
        ({"display": "row", "y": ["usd", "day"]}, "a row has one column as y"),
        ({"display": "heatmap"}, "a heatmap needs a series"),
        ({"display": "sentence"}, "`sentences` belong to the display `sentence`"),
        ({"sentences": ["It cost {usd}."]}, "`sentences` belong to the display `sentence`"),
        ({"tones": {"late": "bad"}}, "`tones` belong to the display `table`"),
        ({"display": "table", "tones": {"late": "red"}}, "tones.late: Input should be 'good', 'bad'"),
        ({"filters": {"date": "day"}}, "filters.date.[key]: Input should be 'dates', 'team'"),
        ({"columns": {**COLUMNS, "share": {**SHARE, "format": "percnt"}}}, "columns.share.format: Input should be"),
        ({"columns": {**COLUMNS, "share": {"format": "percent"}}}, "columns.share.label: Field required"),
        ({"columns": {**COLUMNS, "share": {**SHARE, "suffix": "%"}}}, "columns.share.suffix: Extra inputs"),
        ({"columns": {**COLUMNS, "share": {**SHARE, "is_additive": True}}}, "as percent are never added"),
        ({"columns": {**COLUMNS, "day": {"label": "Day", "format": "date", "is_additive": True}}}, "as date are never"),
        (
            {"series": "part", "y": ["usd", "day"], "columns": {**COLUMNS, "part": PART}},
            "with `series`, `y` is one column",
        ),
        ({"name": "other"}, "it is no mapping, or names one of name, sql"),
    ],
)  # fmt: skip
def test_fault_of_a_card_names_file_and_field(
    tmp_path: Path, changes: dict[str, Any], said: str
) -> None:
    assert f"{tmp_path}/money/bars.yml: " in (text := refusal(tmp_path, bars=changes))
    assert said in text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"filter": ["dates"]}, "filter: Extra inputs are not permitted"),
        ({"filters": ["dates", "vendors"]}, "filters.1: Input should be 'dates'"),
        ({"refresh": None}, "refresh: Field required"),
        ({"default_days": 0}, "default_days"),
        ({"default_days": "everything"}, "default_days"),
        ({"sections": [{"title": "All", "cards": [{"card": "bars", "col": 24, "row": 0, "width": 1, "height": 1}]}]},
         "sections.0.cards.0.col: Input should be less than 24"),
        ({"sections": [{"title": "All", "cards": [{"card": "bars", "col": 0, "row": 0, "width": 25, "height": 1}]}]},
         "sections.0.cards.0.width: Input should be less than or equal to 24"),
        ({"sections": [{"title": "All", "cards": [{"card": "bars", "col": 0, "row": 0, "width": 1, "height": 0}]}]},
         "sections.0.cards.0.height: Input should be greater than or equal to 1"),
    ],
)  # fmt: skip
def test_fault_of_a_board_names_file_and_field(
    tmp_path: Path, changes: dict[str, Any], said: str
) -> None:
    assert f"{tmp_path}/money/board.yml: {said}" in refusal(tmp_path, board=changes)


def test_sentence_names_columns_of_its_card(tmp_path: Path) -> None:
    found = refusal(tmp_path, answer={"sentences": ["It cost {usd}, {share} of it late."]})
    assert "answer.yml: as a whole: Value error, 'share' is none of its columns" in found


def test_every_fault_of_every_file_is_told(tmp_path: Path) -> None:
    write(tmp_path, bars={"x": "month"}, board={"orders": 1}, answer={"formula": None})
    (tmp_path / "money" / "bars.sql").rename(tmp_path / "money" / "lines.sql")
    (tmp_path / "money" / "table.yml").write_text("- a list")
    (tmp_path / "money" / "table.sql").write_text("select 1")
    with pytest.raises(DefinitionError) as caught:
        read_boards(tmp_path)
    assert [line.removeprefix(f"{tmp_path}/money/").partition(": ")[::2] for line in str(caught.value).splitlines()] == [
        ("answer.yml", "formula: Field required"),
        ("bars.yml", "no bars.sql stands beside it"),
        ("table.yml", "it is no mapping, or names one of name, sql"),
        ("lines.sql", "no lines.yml stands beside it"),
        ("board.yml", "orders: Extra inputs are not permitted"),
    ]  # fmt: skip


def test_file_that_is_no_yaml_is_told(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / "money" / "bars.yml").write_text("title: [")
    with pytest.raises(DefinitionError, match=r"bars\.yml: while parsing"):
        read_boards(tmp_path)


def test_board_needs_what_the_written_one_has() -> None:
    assert Board.model_validate(BOARD).default_days == 90
