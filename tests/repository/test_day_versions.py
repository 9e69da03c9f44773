"""What makes a day stale is everything that its rows are made from.

A model that is rebuilt by day computes a day again when the day's version is another one. So each seed and each directory
that such a model descends from has to be an ancestor of the versions: what is not changes figures without changing a row.
Raw tables of days are not looked for here: the loaders' ledger of partitions tells when one of their days changed.
"""

import pytest

from tests.repository.project import manifest, nodes

OF_DAYS = {
    "source.ai_usage.cursor.spend": "a partition is a morning; its content is in the version of the day before",
}
NO_CONTENT = {
    "source.ai_usage.sheets.task_retention": "how long task rows are kept, which changes no figure of a day",
}


def _macros_of(names: list[str]) -> set[str]:
    """Return the ids of macros and of all that they call."""
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found and name in manifest().macros:
            found.add(name)
            waiting += manifest().macros[name].depends_on.macros
    return found


def _ancestors(unique_ids: set[str]) -> set[str]:
    """Return the ids of nodes and sources that others are made from, at any distance."""
    found: set[str] = set()
    waiting = list(unique_ids)
    while waiting:
        node = manifest().nodes.get(waiting.pop())
        parents = set(getattr(node.depends_on, "nodes", [])) if node else set()
        waiting += parents - found
        found |= parents
    return found


def _is_of_days(unique_id: str) -> bool:
    source = manifest().sources.get(unique_id)
    return unique_id in OF_DAYS or (source is not None and "usage_date" in source.columns)


@pytest.mark.parametrize(
    ("macro", "versions"),
    [
        ("changed_days", "int_runs__day_versions"),
        ("changed_task_days", "int_savings__day_versions"),
    ],
)
def test_whatever_a_day_is_made_from_is_in_its_version(macro: str, versions: str) -> None:
    rebuilt = {
        node.unique_id
        for node in nodes("model")
        if f"macro.ai_usage.{macro}" in _macros_of(node.depends_on.macros)
    }
    assert len(rebuilt) >= 7
    made_from = {
        unique_id
        for unique_id in _ancestors(rebuilt)
        if unique_id.startswith(("seed.", "source."))
        and not _is_of_days(unique_id)
        and unique_id not in NO_CONTENT
    }
    assert len(made_from) >= 5
    assert made_from - _ancestors({f"model.ai_usage.{versions}"}) == set()


def test_an_exception_is_still_one() -> None:
    known = manifest()
    for unique_id in (*OF_DAYS, *NO_CONTENT):
        assert unique_id in known.sources
    versions = {f"model.ai_usage.int_{topic}__day_versions" for topic in ("runs", "savings")}
    assert not _ancestors(versions) & {*OF_DAYS, *NO_CONTENT}
