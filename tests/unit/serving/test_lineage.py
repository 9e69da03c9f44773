"""Which raw tables a served table is made from, read from what dbt leaves behind."""

import json
from pathlib import Path

from serving.lineage import read_lineage


def _model(name: str, schema: str | None, kind: str = "model") -> dict[str, object]:
    return {"name": name, "resource_type": kind, "config": {"schema": schema}}


MANIFEST = {
    "nodes": {
        "model.p.mart_a": _model("mart_a", "marts"),
        "model.p.dq_b": _model("dq_b", "quality"),
        "model.p.mart_seeded": _model("mart_seeded", "marts"),
        "model.p.int_x": _model("int_x", "intermediate"),
        "model.p.stg_tasks": _model("stg_tasks", "staging"),
        "model.p.stg_people": _model("stg_people", "staging"),
        "model.p.plain": _model("plain", None),
        "seed.p.rules": _model("rules", "marts", "seed"),
        "test.p.of_a": _model("of_a", "marts", "test"),
    },
    "sources": {
        "source.p.orchestrator.tasks": {"source_name": "orchestrator", "name": "tasks"},
        "source.p.sheets.people": {"source_name": "sheets", "name": "people"},
    },
    "parent_map": {
        "model.p.mart_a": ["model.p.int_x", "model.p.stg_tasks", "seed.p.rules"],
        "model.p.int_x": ["model.p.stg_tasks", "model.p.mart_a"],  # a circle ends
        "model.p.dq_b": ["model.p.mart_a", "model.p.stg_people"],
        "model.p.stg_tasks": ["source.p.orchestrator.tasks"],
        "model.p.stg_people": ["source.p.sheets.people"],
        "model.p.mart_seeded": ["seed.p.rules"],
    },
}


def test_raw_tables_are_found_through_all_layers(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text(json.dumps(MANIFEST))
    assert read_lineage(tmp_path) == {
        "marts.mart_a": ["orchestrator.tasks"],
        "marts.mart_seeded": [],
        "quality.dq_b": ["orchestrator.tasks", "sheets.people"],
    }


def test_without_a_build_nothing_is_known(tmp_path: Path) -> None:
    assert read_lineage(tmp_path) == {}
