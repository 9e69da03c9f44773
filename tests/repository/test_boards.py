"""What the boards say of themselves elsewhere is what they are."""

import yaml

from dashboards.definition import read_boards
from dashboards.exposures import FILE, exposures, models_of
from tests.repository.project import ROOT


def test_exposures_of_boards_are_current() -> None:
    assert FILE.read_text(encoding="utf-8") == exposures(read_boards().values()), (
        "python -m dashboards exposures"
    )


def test_no_reader_written_by_hand_stands_beside_the_boards_that_replace_it() -> None:
    read = {model for board in read_boards().values() for model in models_of(board)}
    replaced = []
    for file in sorted((ROOT / "dbt_project" / "exposures").glob("*.yml")):
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
        replaced += [
            one["name"]
            for one in content["exposures"]
            if file != FILE and {name.split("'")[1] for name in one["depends_on"]} <= read
        ]
    assert replaced == [], "boards read all of it: remove it"


def test_boards_use_each_name_once() -> None:
    titles = [board.title for board in read_boards().values()]
    assert len(set(titles)) == len(titles), "Metabase lists them by title"
