"""docs/metrics.md names every number that marts and quality models serve, and none that does not exist."""

import re

from bin.metrics_page import PAGE, is_number, page, served_models, stated_sources
from tests.repository.project import manifest, nodes

AGAIN = "python bin/metrics_page.py writes the page anew"


def _on_the_page() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    model = ""
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        if heading := re.match(r"### `\w+\.(\w+)`", line):
            model = heading[1]
        elif row := re.match(r"\| `(\w+)` \| (\S.*) \| .*\|$", line):
            found.setdefault(model, set()).add(row[1])
    return found


def _served() -> dict[str, set[str]]:
    """Return the numeric columns as dbt itself understands the project."""
    found = {
        node.name: {
            column.name
            for column in node.columns.values()
            if is_number({"name": column.name, "data_type": column.data_type})
        }
        for node in nodes("model")
        if {"marts", "metrics", "quality"} & set(node.path.split("/"))
    }
    return {name: columns for name, columns in found.items() if columns}


def test_every_number_says_what_it_is_made_of() -> None:
    stated = stated_sources()
    assert sorted(name for name in _pairs(_served()) if not stated.get(name)) == [], AGAIN
    known = {
        f"{getattr(node, 'identifier', None) or node.name}.{column}"
        for node in (*manifest().nodes.values(), *manifest().sources.values())
        for column in getattr(node, "columns", {})
    }
    named = {name for text in stated.values() for name in re.findall(r"`([^`]+)`", text)}
    assert len(named) > 100
    assert sorted(named - known) == [], AGAIN


def _pairs(tables: dict[str, set[str]]) -> set[str]:
    return {f"{table}.{column}" for table, columns in tables.items() for column in columns}


def test_every_number_is_on_the_page() -> None:
    missing = _pairs(_served()) - _pairs(_on_the_page())
    assert sorted(missing) == [], AGAIN


def test_the_page_names_nothing_that_does_not_exist() -> None:
    assert sorted(_pairs(_on_the_page()) - _pairs(_served())) == [], AGAIN


def test_the_page_says_what_the_models_say() -> None:
    assert len(_pairs(_on_the_page())) > 100
    assert PAGE.read_text(encoding="utf-8") == page(stated_sources()), AGAIN


def test_every_folder_of_marts_is_a_subject() -> None:
    from bin.metrics_page import SUBJECTS

    assert sorted(set(served_models()) - set(SUBJECTS)) == [], "explain it in bin/metrics_page.py"
