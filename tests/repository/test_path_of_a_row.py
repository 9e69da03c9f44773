"""docs/path-of-a-row.md names only what exists."""

import re
from collections.abc import Iterator

import pytest

from extract.sources import TABLES
from tests.repository.project import ROOT, manifest, nodes, text_of, tracked_files

PAGE = text_of(ROOT / "docs" / "path-of-a-row.md")
MODEL = re.compile(r"\b(?:stg|int|fct|fact|dim|mart|dq)_[a-z_]+\b")


def _models() -> dict[str, set[str]]:
    return {model.name: set(model.columns) for model in nodes("model")}


def _rows() -> Iterator[tuple[str, str, str]]:
    for line in PAGE.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 3 and MODEL.fullmatch(cells[0].strip("`")):
            yield cells[0].strip("`"), cells[1], cells[2]


def test_every_model_named_exists() -> None:
    assert set(MODEL.findall(PAGE)) <= set(_models())


def test_every_column_named_belongs_to_its_model() -> None:
    models = _models()
    rows = list(_rows())
    assert len(rows) >= 10
    wrong = [
        f"{model}.{column}"
        for model, _, columns in rows
        for column in re.findall(r"`([a-z_]+)`", columns)
        if column not in models[model]
    ]
    assert wrong == []


def test_the_models_named_are_one_path() -> None:
    """Each intermediate and mart of the tables is reached from the staging model the page begins with."""
    children: dict[str, list[str]] = manifest().child_map
    reached = set()
    waiting = [
        "model.ai_usage.stg_anthropic__cost_lines",
        "model.ai_usage.stg_anthropic__message_usage",
    ]
    while waiting:
        node = waiting.pop()
        if node not in reached:
            reached.add(node)
            waiting += children.get(node, [])
    apart = [model for model, _, _ in _rows() if f"model.ai_usage.{model}" not in reached]
    assert apart == []


def test_every_file_named_exists() -> None:
    files = {str(path) for path in tracked_files()}
    named = set(re.findall(r"`((?:extract|sandbox|serving|dbt_project|tests)/[\w/.]+\.\w+)`", PAGE))
    assert len(named) >= 6
    assert named <= files


@pytest.mark.parametrize("kind", ["tables", "columns"])
def test_everything_raw_named_is_landed(kind: str) -> None:
    landed = {
        f"raw_{source}.{table.name}": table for source, tables in TABLES.items() for table in tables
    }
    named = set(re.findall(r"raw_[a-z]+\.[a-z_]+", PAGE))
    named -= {name for name in named if name.split(".")[1] in ("quarantine", "loaded_partitions")}
    if kind == "tables":
        assert len(named) == 2
        assert named <= set(landed)
    else:
        section = PAGE.split("## 2.")[1].split("## 3.")[0]
        known = {field.name for name in named for field in landed[name].schema}
        columns = set(re.findall(r"`([a-z]+_[a-z_]+|amount)`", section))
        assert columns <= known
