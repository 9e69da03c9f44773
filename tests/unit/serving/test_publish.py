import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from serving.config import Settings
from serving.publish import PublishError, publish
from warehouse.snapshot import SnapshotError, open_current

Change = Callable[[str], None]


def test_publish_writes_the_served_schemas_and_nothing_else(settings: Settings) -> None:
    done = publish(settings)
    current = open_current(settings.publish_dir)
    current.verify()
    assert (done.is_new, done.snapshot_id) == (True, current.snapshot_id)
    assert sorted(current.manifest["tables"]) == ["marts.fct_ai_spend_daily", "quality.dq_results"]
    entry = current.manifest["tables"]["marts.fct_ai_spend_daily"]
    assert entry["n_rows"] == 4
    assert {"name": "spend_usd", "type": "decimal128(38, 9)"} in entry["columns"]
    read = duckdb.sql(f"select sum(spend_usd) from '{current.path('marts.fct_ai_spend_daily')}'")
    assert str(read.fetchall()[0][0]) == "111.750000000"


def test_publish_records_build_and_sources(settings: Settings) -> None:
    settings.dbt_target_dir.mkdir()
    results = {"metadata": {"invocation_id": "build-1"}}
    (settings.dbt_target_dir / "run_results.json").write_text(json.dumps(results))
    publish(settings)
    current = open_current(settings.publish_dir)
    assert current.manifest["dbt_invocation_id"] == "build-1"
    assert current.manifest["as_of"] == "2026-06-04T00:00:00+00:00"
    (daily_usage,) = current.manifest["sources"]
    # The third day came with a load that was never completed, so it does not count.
    assert (daily_usage["n_rows"], daily_usage["n_quarantined"]) == (7, 1)
    assert (daily_usage["first_date"], daily_usage["last_date"]) == ("2026-06-01", "2026-06-02")
    assert (daily_usage["last_status"], daily_usage["last_error"]) == ("failed", "HTTP 500")


def test_publish_of_unchanged_marts_keeps_the_snapshot(settings: Settings, change: Change) -> None:
    first = publish(settings)
    # The same rows in another order are the same content.
    change(
        "create or replace table marts.fct_ai_spend_daily as"
        " select * from marts.fct_ai_spend_daily order by spend_usd desc"
    )
    second = publish(replace(settings, data_origin="vendors"))
    assert (second.is_new, second.snapshot_id) == (False, first.snapshot_id)
    assert open_current(settings.publish_dir).pointer["data_origin"] == "vendors"


@pytest.mark.parametrize(
    "sql",
    [
        "update marts.fct_ai_spend_daily set spend_usd = spend_usd + 0.000000001 where platform = 'cursor'",
        "insert into marts.fct_ai_spend_daily select * from marts.fct_ai_spend_daily limit 1",
        "alter table marts.fct_ai_spend_daily rename spend_basis to basis",
        "create table marts.empty_mart (person_id varchar)",
    ],
    ids=["one nano-dollar", "one duplicate", "a renamed column", "an empty mart"],
)
def test_publish_of_any_change_makes_a_snapshot(
    settings: Settings, change: Change, sql: str
) -> None:
    first = publish(settings)
    change(sql)
    second = publish(settings)
    assert second.is_new
    assert open_current(settings.publish_dir).snapshot_id == second.snapshot_id != first.snapshot_id


def test_publish_of_empty_marts_gives_empty_files(settings: Settings, change: Change) -> None:
    change("delete from marts.fct_ai_spend_daily")
    publish(settings)
    current = open_current(settings.publish_dir)
    current.verify()
    assert current.manifest["tables"]["marts.fct_ai_spend_daily"]["n_rows"] == 0


def test_publish_without_marts_is_refused(settings: Settings, change: Change) -> None:
    change("drop table marts.fct_ai_spend_daily")
    with pytest.raises(PublishError, match="build first"):
        publish(settings)


def test_crash_before_the_swap_leaves_the_old_snapshot(settings: Settings, change: Change) -> None:
    first = publish(settings)
    change("delete from marts.fct_ai_spend_daily")

    def crash() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        publish(settings, before_swap=crash)
    current = open_current(settings.publish_dir)
    current.verify()
    assert current.snapshot_id == first.snapshot_id
    assert publish(settings).is_new


def test_leftover_of_a_crash_while_exporting_is_removed(settings: Settings) -> None:
    leftover = settings.publish_dir / ".partial-old"
    leftover.mkdir(parents=True)
    publish(settings)
    assert not leftover.exists()


def test_tampered_file_is_noticed_and_replaced(settings: Settings) -> None:
    first = publish(settings)
    path = open_current(settings.publish_dir).path("marts.fct_ai_spend_daily")
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF  # same size, another content
    path.write_bytes(content)
    with pytest.raises(SnapshotError, match="not what was published"):
        open_current(settings.publish_dir).verify()
    second = publish(settings)
    assert second.is_new
    assert second.snapshot_id != first.snapshot_id
    open_current(settings.publish_dir).verify()


@pytest.mark.parametrize("damage", ["manifest", "cut file", "no file", "no folder", "pointer"])
def test_damaged_snapshot_is_not_opened(settings: Settings, damage: str) -> None:
    publish(settings)
    current = open_current(settings.publish_dir)
    file = current.path("quality.dq_results")
    if damage == "manifest":
        path = current.folder / "manifest.json"
        path.write_text(path.read_text().replace('"n_rows": 4', '"n_rows": 5'))
    elif damage == "cut file":
        file.write_bytes(file.read_bytes()[:-1])
    elif damage == "no file":
        file.unlink()
    elif damage == "no folder":
        current.folder.rename(current.folder.with_name("elsewhere"))
    else:
        (settings.publish_dir / "current.json").write_text("{")
    with pytest.raises(SnapshotError, match="make run"):
        open_current(settings.publish_dir)


def test_nothing_published_is_said(tmp_path: Path) -> None:
    with pytest.raises(SnapshotError, match="nothing is published"):
        open_current(tmp_path)


def test_only_the_last_snapshots_are_kept(settings: Settings, change: Change) -> None:
    made = []
    for _ in range(4):
        change(
            "insert into marts.fct_ai_spend_daily select * from marts.fct_ai_spend_daily limit 1"
        )
        made.append(publish(settings).snapshot_id)
    kept = sorted(path.parent.name for path in settings.publish_dir.glob("*/manifest.json"))
    assert kept == made[-2:]


def test_two_publishers_at_once_are_refused(settings: Settings) -> None:
    def meanwhile() -> None:
        with pytest.raises(PublishError, match="Another program is publishing"):
            publish(settings)

    assert publish(settings, before_swap=meanwhile).is_new


def test_snapshot_does_not_name_an_unknown_table(settings: Settings) -> None:
    publish(settings)
    with pytest.raises(SnapshotError, match="not in snapshot"):
        open_current(settings.publish_dir).path("staging.private")
