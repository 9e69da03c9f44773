"""Faults that Metabase and its validators let through, planted one at a time: each has to be named."""

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dashboards.definition import Board, Card, read_boards
from dashboards.metabase.apply import Desired
from dashboards.metabase.checks import board_faults, card_faults
from dashboards.metabase.commands import all_faults
from tests.integration.dashboards.conftest import BOARDS, TABLES
from tests.integration.dashboards.test_payloads import bodies

Body = dict[str, Any]
SPEND = ["month_start_date", "vendor", "spend_usd"]


def test_boards_have_no_fault(boards: dict[str, Board]) -> None:
    assert all_faults(list(boards.values()), TABLES) == []


def _tag(card: Body) -> Body:
    found: Body = card["dataset_query"]["stages"][0]["template-tags"]
    return found


def _settings(card: Body) -> Body:
    found: Body = card["visualization_settings"]
    return found


def plant_card(name: str) -> Callable[[Body], object]:
    """Return what does the planting."""
    stage = "dataset_query"
    return {
        "widget": lambda c: _tag(c)["dates"].update({"widget-type": "date/all-option"}),
        "setting": lambda c: _settings(c).update({"graph.metric": ["spend_usd"]}),
        "setting of a column": lambda c: _settings(c)["column_settings"][
            '["name","vendor"]'
        ].update({"column_titel": "Vendor"}),
        "setting of a series": lambda c: _settings(c)["series_settings"]["cursor"].update(
            {"colour": "#fff"}
        ),
        "undeclared": lambda c: _tag(c).pop("vendor"),
        "unused": lambda c: _tag(c).update(team={**_tag(c)["vendor"], "name": "team"}),
        "other name": lambda c: _tag(c)["vendor"].update(name="vendors"),
        "field": lambda c: c.update(vizualization={}),
        "display": lambda c: c.update(display="bargraph"),
        "column of the chart": lambda c: _settings(c).update({"graph.metrics": ["spend"]}),
        "column of the settings": lambda c: _settings(c)["column_settings"].update(
            {'["name","spend"]': {"column_title": "Spend"}}
        ),
        "stages": lambda c: c[stage]["stages"][0].update(
            native=c[stage]["stages"][0]["native"] + " [[AND {{platform}}]]"
        ),
    }[name]


@pytest.mark.parametrize(
    ("planted", "said"),
    [
        ("widget", "the filter 'dates': there is no widget 'date/all-option'"),
        ("setting", "a bar has no setting 'graph.metric'"),
        ("setting of a column", "a column has no setting 'column_titel'"),
        ("setting of a series", "a series has no setting 'colour'"),
        ("undeclared", "{{vendor}} is used and not declared"),
        ("unused", "the filter 'team' is declared and not used"),
        ("other name", "the filter 'vendor' calls itself 'vendors'"),
        ("field", "there is no field 'vizualization'"),
        ("display", "there is no display 'bargraph'"),
        (
            "column of the chart",
            "the settings name the column 'spend', which the query does not return",
        ),
        (
            "column of the settings",
            'the settings name the column ["name","spend"], which the query does not return',
        ),
        ("stages", "{{platform}} is used and not declared"),
    ],
)
def test_a_planted_fault_of_a_card_is_named(desired: Desired, planted: str, said: str) -> None:
    card = copy.deepcopy(bodies(desired, stages=True)["overview/spend_by_month"])
    assert list(card_faults(card, SPEND)) == []
    plant_card(planted)(card)
    assert said in list(card_faults(card, SPEND))


def plant_board(name: str) -> Callable[[Body], object]:
    """Return what does the planting; 3 is the place of spend by month, 2 that of spend."""
    return {
        "too wide": lambda b: b["dashcards"][4].update(col=13),
        "overlap": lambda b: b["dashcards"][4].update(col=11),
        "target": lambda b: b["dashcards"][3]["parameter_mappings"][1].update(
            target=["dimension", ["field-filter", "vendor"]]
        ),
        "variable": lambda b: b["dashcards"][3]["parameter_mappings"][1].update(
            target=["variable", ["template-tag", "vendor"]]
        ),
        "tag": lambda b: b["dashcards"][3]["parameter_mappings"][1].update(
            target=["dimension", ["template-tag", "team"]]
        ),
        "parameter": lambda b: b["dashcards"][3]["parameter_mappings"][1].update(
            parameter_id="vendors"
        ),
        "other card": lambda b: b["dashcards"][3]["parameter_mappings"][1].update(card_id=12),
        "no card": lambda b: b["parameters"].append({"id": "platform", "slug": "platform"}),
        "field": lambda b: b.update(dashcard=[]),
        "tab": lambda b: b["dashcards"][3].pop("dashboard_tab_id"),
        "click": lambda b: b["dashcards"][3]["visualization_settings"]["click_behavior"].update(
            parameterMapping={"vendors": {"source": {"id": "vendor"}}}
        ),
        "clicked column": lambda b: b["dashcards"][3]["visualization_settings"][
            "click_behavior"
        ].update(parameterMapping={"vendor": {"source": {"id": "vendor_name"}}}),
    }[name]


@pytest.mark.parametrize(
    ("planted", "said"),
    [
        ("too wide", "place -5 ends at column 25 of 24"),
        ("overlap", "place -5 lies over place -4"),
        (
            "target",
            "place -4 obeys 'vendor' by ['dimension', ['field-filter', 'vendor']], which its query does not have",
        ),
        (
            "variable",
            "place -4 obeys 'vendor' by ['variable', ['template-tag', 'vendor']], which its query does not have",
        ),
        (
            "tag",
            "place -4 obeys 'vendor' by ['dimension', ['template-tag', 'team']], which its query does not have",
        ),
        ("parameter", "place -4 obeys 'vendors', which is no filter of the board"),
        ("other card", "place -4 obeys 'vendor' for a card that does not stand there"),
        ("no card", "the filter 'platform' leads to no card"),
        ("field", "there is no field 'dashcard'"),
        ("tab", "place -4 stands on no tab"),
        ("click", "a click on place -4 filters by 'vendors', which is no filter of the board"),
        (
            "clicked column",
            "a click on place -4 reads 'vendor_name', which its query does not return",
        ),
    ],
)
def test_a_planted_fault_of_a_board_is_named(desired: Desired, planted: str, said: str) -> None:
    made = copy.deepcopy(bodies(desired, stages=True))
    board = made.pop("overview")
    cards = {12 + turn: card for turn, card in enumerate(made.values())}
    assert list(board_faults(board, cards)) == []
    plant_board(planted)(board)
    assert said in list(board_faults(board, cards))


def _changed(boards: dict[str, Board], card: str, **more: object) -> list[str]:
    board = boards["overview"]
    cards = {**board.cards, card: Card.model_validate({**board.cards[card].model_dump(), **more})}
    return all_faults([Board.model_validate({**board.model_dump(), "cards": cards})], TABLES)


_OTHER_PLACE = (
    "Metabase writes marts.mart_teams in full, so it must stand alone there, without another name"
)


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        (
            "select team_name, n_people from marts.mart_teams as t where true [[and {{team}}]] order by 1",
            f"{{{{team}}}} stands where t is read; {_OTHER_PLACE}",
        ),
        (
            "with t as (select * from marts.mart_teams) select team_name, n_people from t where true [[and {{team}}]] "
            "order by 1",
            f"{{{{team}}}} stands where t is read; {_OTHER_PLACE}",
        ),
        (
            "select team_name, n_people from marts.mart_teams where true [[and not {{team}}]] order by 1",
            "a filter that may be left out is written [[and {{name}}]], alone",
        ),
    ],
)
def test_a_filter_that_metabase_cannot_compile_is_named(
    boards: dict[str, Board], sql: str, said: str
) -> None:
    assert _changed(boards, "teams", sql=sql) == [f"overview/teams: {said}"]


def test_a_filter_of_another_type_is_named(boards: dict[str, Board]) -> None:
    said = _changed(boards, "teams", filters={"team": "n_people"})
    assert said == [
        "overview/teams: the filter 'team' cannot be of marts.mart_teams.n_people, a BIGINT"
    ]


@pytest.mark.parametrize("column", ["spend_usd", "vendor", "month_start_date", "team_name"])
def test_a_renamed_column_of_a_mart_is_named(boards: dict[str, Board], column: str) -> None:
    renamed = {
        table: {f"new_{name}" if name == column else name: kind for name, kind in columns.items()}
        for table, columns in TABLES.items()
    }
    said = all_faults(list(boards.values()), renamed)
    assert said
    assert all(column in line for line in said)


def test_sections_with_and_without_a_tab_are_named(boards: dict[str, Board]) -> None:
    content = boards["overview"].model_dump()
    content["sections"][1]["tab"] = None
    said = all_faults([Board.model_validate(content)], TABLES)
    assert said == ["overview: some of its sections have a tab, others have none"]


def test_a_misspelt_definition_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "overview"
    folder.mkdir()
    for file in (BOARDS / "overview").iterdir():
        text = file.read_text(encoding="utf-8")
        text = text.replace("{every: weekly, day: mon, hour: 8}", "{every: weekly, hour: 24}")
        (folder / file.name).write_text(
            text.replace("display: row", "display: rows"), encoding="utf-8"
        )
    with pytest.raises(
        Exception, match=r"(?s)spend_by_team.yml: display: .*board.yml: mail.hour: "
    ):
        read_boards(tmp_path)
