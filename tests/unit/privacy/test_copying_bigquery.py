"""The copy on BigQuery: in datasets of its own, put in place table by table, and finished by the next run when killed."""

import contextlib
import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from privacy import copying
from privacy.config import Settings
from privacy.copying import BigQueryCopy, CopyError, copy_of, discard
from warehouse.engine import Table

HELD = {
    ("raw_sheets", "people"): "anna",
    ("raw_cursor", "events"): "events",
    ("legacy", "dim_users"): "anna",
    ("marts", "dim_people"): "anna",
}


class KilledError(Exception):
    """What a kill is in these tests."""


@dataclass
class Datasets:
    """Tables by dataset, as the engine sees them behind one prefix."""

    tables_of: dict[tuple[str, str], str] = field(default_factory=dict)
    versions: dict[tuple[str, str], int] = field(default_factory=dict)
    replaced: list[tuple[str, str]] = field(default_factory=list)
    killed_after: int | None = None

    def put(self, place: tuple[str, str], content: str) -> None:
        self.tables_of[place] = content
        self.versions[place] = len(self.versions) + sum(self.versions.values()) + 1

    def tables(self) -> list[Table]:
        return sorted(Table(*place) for place in self.tables_of)

    def schemas(self) -> list[str]:
        return sorted({schema for schema, _ in self.tables_of})

    def version(self, schema: str, table: str) -> str:
        return str(self.versions[schema, table])

    def create_schema(self, schema: str) -> None:
        assert schema

    def drop_schema(self, schema: str) -> None:
        for place in [place for place in self.tables_of if place[0] == schema]:
            del self.tables_of[place]

    def copy(self, source: tuple[str, str], target: tuple[str, str]) -> None:
        assert target not in self.tables_of, "Already Exists"
        self.put(target, self.tables_of[source])

    def replace(self, source: tuple[str, str], target: tuple[str, str]) -> None:
        if self.killed_after == len(self.replaced):
            raise KilledError
        self.replaced.append(target)
        self.put(target, self.tables_of[source])


@pytest.fixture
def datasets(monkeypatch: pytest.MonkeyPatch) -> Datasets:
    found = Datasets()
    for place, content in HELD.items():
        found.put(place, content)

    @contextlib.contextmanager
    def opened(_: Settings, *, read_only: bool = False) -> Iterator[Datasets]:
        assert read_only in (True, False)
        yield found

    monkeypatch.setattr(copying, "open_warehouse", opened)
    return found


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.chdir(tmp_path)
    return Settings(
        as_of=dt.datetime(2026, 6, 4, tzinfo=dt.UTC),
        warehouse="bigquery",
        bigquery_project="p",
        publish_dir=tmp_path / "published",
        state_dir=tmp_path / "state",
    )


def _worked_out(settings: Settings, datasets: Datasets) -> BigQueryCopy:
    """Copy, and replace somebody in the copy."""
    copy = copy_of(settings)
    assert isinstance(copy, BigQueryCopy)
    copy.make(copy.identity())
    for (schema, name), content in list(datasets.tables_of.items()):
        if schema.startswith("erasing_") and content == "anna":
            datasets.put((schema, name), "erased")
    datasets.put(("erasing_marts", "new_mart"), "erased")
    return copy


def _originals(datasets: Datasets) -> dict[tuple[str, str], str]:
    return {
        place: content
        for place, content in datasets.tables_of.items()
        if not place[0].startswith("erasing_")
    }


def test_nothing_of_the_original_is_named_by_the_copy_s_settings(settings: Settings) -> None:
    working = BigQueryCopy(settings).settings
    assert working.prefix == "ai_usage_erasing_"
    assert (
        working.legacy_schema == "ai_usage_erasing_legacy"
    )  # the old tables' copies, not the old tables
    for path in (working.state_dir, working.target_dir, working.log_dir, working.build_marker):
        assert "-erasing" in str(path)


def test_only_what_was_changed_or_built_is_replaced(settings: Settings, datasets: Datasets) -> None:
    copy = _worked_out(settings, datasets)
    assert _originals(datasets) == HELD
    copy.put_in_place()
    assert set(datasets.tables_of.values()) == {"erased", "events"}
    assert ("raw_cursor", "events") not in datasets.replaced
    assert ("marts", "new_mart") in datasets.replaced
    discard(settings)
    assert not any(schema.startswith("erasing_") for schema in datasets.schemas())
    assert len(_originals(datasets)) == len(HELD) + 1


def test_tables_that_changed_meanwhile_are_not_replaced(
    settings: Settings, datasets: Datasets
) -> None:
    copy = _worked_out(settings, datasets)
    datasets.put(("raw_cursor", "events"), "more events")
    with pytest.raises(CopyError, match="was changed"):
        copy.put_in_place()
    assert not copy.is_in_place(copy.mark)
    assert datasets.replaced == []


@pytest.mark.parametrize("n_tables", range(4))
def test_a_kill_between_two_tables_is_gone_on_from(
    settings: Settings, datasets: Datasets, n_tables: int
) -> None:
    copy = _worked_out(settings, datasets)
    datasets.killed_after = n_tables
    with pytest.raises(KilledError):
        copy.put_in_place()
    assert copy.is_in_place(copy.mark)  # so what is needed to go on is not removed
    datasets.killed_after = None
    assert copy_of(settings).go_forward(copy.mark)
    assert set(_originals(datasets).values()) == {"erased", "events"}
    assert not copy_of(settings).go_forward("1:2")
