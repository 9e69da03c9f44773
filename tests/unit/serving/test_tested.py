"""Nothing is published that cannot be known to have passed its tests, and no message advises it."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from serving.config import Settings
from serving.publish import PublishError, publish, served_tables
from serving.tested import Built, fingerprint, note_built
from tests.unit.serving.dbt_record import record_build
from warehouse.connection import open_warehouse
from warehouse.snapshot import SnapshotError, open_current

Change = Callable[[str], None]
FAILED_AT = "2026-06-04T02:00:00.000000+00:00"


def note_passed(settings: Settings) -> None:
    """Write what `bin/build.py` writes after a build that passed."""
    with open_warehouse(settings, read_only=True) as warehouse:
        prints = {table: warehouse.checksum(*table.place) for table in served_tables(warehouse)}
    note_built(settings, Built("inputs", fingerprint(prints), {}, FAILED_AT))


def refused(settings: Settings) -> str:
    with pytest.raises(PublishError) as error:
        publish(settings, only_tested=True)
    assert not (settings.publish_dir / "current.json").exists()
    return str(error.value)


def test_without_any_record_nothing_is_published(settings: Settings) -> None:
    said = refused(settings)
    assert "Nobody can say that these tables passed their tests" in said
    assert "make run" in said


def test_what_the_build_noted_is_published_until_the_tables_change(
    settings: Settings, change: Change
) -> None:
    note_passed(settings)
    assert publish(settings, only_tested=True).is_new
    change("update marts.fct_ai_spend_daily set spend_usd = 1")
    with pytest.raises(PublishError):
        publish(settings, only_tested=True)


def test_a_whole_dbt_build_that_passed_is_published(settings: Settings) -> None:
    record_build(settings.dbt_target_dir)
    assert publish(settings, only_tested=True).is_new


@pytest.mark.parametrize(
    ("record", "why"),
    [
        ({"statuses": ("success", "fail")}, "1 of the last dbt build failed or were skipped"),
        ({"statuses": ("success", "error", "skipped")}, "2 of the last dbt build failed"),
        ({"statuses": ()}, "0 of the last dbt build failed"),
        ({"args": {"which": "run"}}, "no whole `dbt build`"),
        ({"args": {"select": ["one_model"]}}, "no whole `dbt build`"),
        ({"args": {"exclude": ["one_test"]}}, "no whole `dbt build`"),
        ({"args": {"exclude_resource_types": ["test"]}}, "no whole `dbt build`"),
        ({"args": {"empty": True}}, "no whole `dbt build`"),
        ({"place": "another"}, "is about another warehouse"),
    ],
)
def test_any_other_record_of_dbt_is_not_enough(
    settings: Settings, record: dict[str, object], why: str
) -> None:
    """A part that passes after a whole that failed must not publish the whole."""
    record_build(settings.dbt_target_dir, **record)  # type: ignore[arg-type]
    assert why in refused(settings)


def test_a_build_that_failed_later_takes_the_record_back(settings: Settings) -> None:
    record_build(settings.dbt_target_dir)
    note_built(settings, Built(None, None, None, FAILED_AT))
    assert "the last build failed" in refused(settings)
    # Whoever repairs it and builds with dbt alone may publish again.
    record_build(settings.dbt_target_dir, ended="2026-06-04T03:00:00.000000Z")
    assert publish(settings, only_tested=True).is_new


def test_no_message_advises_to_publish_by_hand(settings: Settings, tmp_path: Path) -> None:
    note_passed(settings)
    publish(settings, only_tested=True)
    current = open_current(settings.publish_dir)
    current.path("quality.dq_results").write_bytes(b"")
    for place in (settings.publish_dir, tmp_path / "nothing"):
        with pytest.raises(SnapshotError) as error:
            open_current(place)
        assert "make run" in str(error.value)
        assert "serving publish" not in str(error.value)


def test_another_file_of_the_same_name_has_its_own_note(settings: Settings, tmp_path: Path) -> None:
    note_passed(settings)
    other = replace(settings, duckdb_path=tmp_path / "other" / "warehouse.duckdb")
    assert settings.build_marker != other.build_marker
