"""Every model, column, seed, source and macro says what it is; every mart has a reader."""

import re
from collections import Counter
from pathlib import Path

import pytest
import yaml

from tests.repository.project import ROOT, manifest, nodes, tracked_files
from warehouse.documentation import doc_blocks

PROJECT = "ai_usage"


def _sql(folder: str) -> list[Path]:
    return [p for p in tracked_files() if p.suffix == ".sql" and p.parts[0] == folder]


def test_every_model_and_column_is_described() -> None:
    wanting = [model.name for model in nodes("model") if len(model.description) < 20]
    wanting += [
        f"{model.name}.{column.name}"
        for model in nodes("model")
        for column in model.columns.values()
        if not column.description.strip() or not column.data_type
    ]
    wanting += [model.name for model in nodes("model") if not model.columns]
    assert wanting == []


def test_every_seed_column_is_described() -> None:
    wanting = []
    for seed in nodes("seed"):
        header = (ROOT / seed.original_file_path).read_text(encoding="utf-8").splitlines()[0]
        described = {name for name, column in seed.columns.items() if column.description.strip()}
        wanting += [f"{seed.name}.{name}" for name in header.split(",") if name not in described]
        wanting += [seed.name] if not seed.description.strip() else []
    assert wanting == []


def test_every_source_column_is_described() -> None:
    wanting = [
        f"{source.source_name}.{source.name}.{column.name}"
        for source in manifest().sources.values()
        for column in source.columns.values()
        if not column.description.strip()
    ]
    assert wanting == []


def _descriptions(*kinds: str) -> Counter[str]:
    """Count the texts that stand as descriptions of columns; `doc()` as it is written."""
    found: Counter[str] = Counter()
    for path in tracked_files():
        if path.suffix != ".yml" or path.parts[0] != "dbt_project":
            continue
        content = yaml.load((ROOT / path).read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        tables = [table for kind in kinds for table in content.get(kind, [])]
        tables += [table for one in tables for table in one.get("tables", [])]
        found.update(column["description"] for one in tables for column in one.get("columns", []))
    return found


def test_what_many_columns_say_is_written_once() -> None:
    own = {name for name in doc_blocks() if not name.startswith("__")}
    assert len(own) > 200
    written = _descriptions("models", "seeds")
    often = [text for text, n in written.items() if n > 2 and not text.startswith("{{ doc(")]
    assert often == [], "a doc block in dbt_project/models/columns.md"
    written += _descriptions("sources")
    again = [text for text in written if text in doc_blocks().values()]
    assert again == [], "there is a doc block that says the same"
    assert {f"{{{{ doc('{name}') }}}}" for name in own} - set(written) == set(), "nothing says them"


FILLERS = {*"the of a an in and as is n it to us at utc by for that was were what".split()}  # noqa: SIM905 - words


def _words(text: str) -> set[str]:
    words = set(re.findall(r"[a-z]+", text.lower())) - FILLERS
    return {re.sub(r"(ies|es|s|ed|d)$", "", word) for word in words}


def test_a_description_says_more_than_the_name() -> None:
    wanting = [
        f"{table.name}.{column.name}: {column.description}"
        for table in (*nodes("model"), *nodes("seed"))
        for column in table.columns.values()
        if not _words(column.description) - _words(column.name.replace("_", " "))
    ]
    assert wanting == [], "say the unit, the source's field, or what is counted"


def test_links_of_the_overview_lead_somewhere() -> None:
    overview = (ROOT / "dbt_project" / "models" / "overview.md").read_text(encoding="utf-8")
    links = re.findall(r"\[(\w+)\]\(#!/(\w+)/(\S+?)\)", overview)
    assert len(links) > 15
    wanting = [
        node
        for name, kind, node in links
        if node not in manifest().nodes or node != f"{kind}.{PROJECT}.{name}"
    ]
    assert wanting == []


def test_every_macro_is_documented_and_named_like_its_file() -> None:
    own = [macro for macro in manifest().macros.values() if macro.package_name == PROJECT]
    assert own, "the project has macros"
    for macro in own:
        stem = Path(macro.original_file_path).stem
        public = re.sub(r"^(default|duckdb|bigquery)__", "", macro.name)
        if macro.original_file_path.startswith("macros/"):
            # A file holds one macro with its bodies, or one body that overrides dbt's own macro.
            assert stem in (public, macro.name), (
                f"{macro.original_file_path} holds the macro {macro.name}"
            )
    wanting = [
        macro.name
        for macro in own
        if macro.original_file_path.startswith("macros/")
        and "__" not in macro.name  # bodies are explained where their macro is
        and not macro.description.strip()
    ]
    assert wanting == [], "describe them, with their arguments, in macros/<folder>/_macros.yml"


def test_every_argument_of_a_macro_is_documented() -> None:
    wanting = []
    for macro in manifest().macros.values():
        if macro.package_name != PROJECT or "__" in macro.name:
            continue
        signature = re.search(rf"macro\s+{macro.name}\s*\(([^)]*)\)", macro.macro_sql)
        if signature is None or not macro.original_file_path.startswith("macros/"):
            continue
        names = [part.split("=")[0].strip() for part in signature[1].split(",") if part.strip()]
        described = {argument.name for argument in macro.arguments if argument.description.strip()}
        wanting += [f"{macro.name}({name})" for name in names if name not in described]
    assert wanting == []


@pytest.mark.parametrize("layer", ["marts", "metrics"])
def test_every_mart_has_a_reader(layer: str) -> None:
    read = {
        node for exposure in manifest().exposures.values() for node in exposure.depends_on.nodes
    }
    unread = [model.name for model in nodes("model") if model.schema == layer]
    unread = [name for name in unread if f"model.{PROJECT}.{name}" not in read]
    assert unread == [], "add them to an exposure in dbt_project/exposures"


def test_every_mart_begins_with_its_grain() -> None:
    wanting = [
        str(path)
        for path in _sql("dbt_project")
        if {"marts", "metrics", "quality"} & set(path.parts)
        and not re.match(r"\{#\s*One row per ", (ROOT / path).read_text(encoding="utf-8"))
    ]
    assert wanting == []


def test_every_test_of_a_rule_has_a_name_of_its_own() -> None:
    names = [test.name for test in manifest().unit_tests.values()]
    assert len(names) == len(set(names))
    assert all("__" in name for name in names), "unit tests are named <model>__<behaviour>"


def test_a_page_names_unit_tests_that_there_are() -> None:
    models = "|".join(sorted(model.name for model in nodes("model")))
    named = re.compile(rf"`((?:{models})__[a-z0-9_]+)`")
    there = {test.name for test in manifest().unit_tests.values()}
    relations = {node.name for kind in ("model", "seed") for node in nodes(kind)}
    pages = [path for path in tracked_files() if path.suffix == ".md" and path.parts[0] == "docs"]
    found = {
        (str(page), name)
        for page in pages
        for name in named.findall((ROOT / page).read_text(encoding="utf-8"))
        if name not in relations
    }
    assert len(found) > 5
    assert {one for one in found if one[1] not in there} == set()


def test_no_column_is_asked_alone_whether_it_is_null() -> None:
    alone = [
        test.name
        for test in nodes("test")
        if getattr(test, "test_metadata", None) and test.test_metadata.name == "not_null"
    ]
    assert alone == [], "column_promises or not_null_columns of its table asks once for all columns"
