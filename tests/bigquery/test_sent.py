from typing import Any

from tests.bigquery.emulator.sent import check_sent

CREATE = "create table `p`.`d`.`t` (`id` string(64) not null, usd numeric(38, 9));"
LOAD = {
    "load": {"projectId": "p", "datasetId": "d", "tableId": "seed"},
    "schema": {"fields": [{"name": "n", "type": "INTEGER"}]},
}


def sent(*entries: dict[str, Any] | str) -> list[str]:
    found = check_sent({"sql": one} if isinstance(one, str) else one for one in entries)
    return found.failures


def test_table_exists_from_the_statement_that_made_it() -> None:
    insert = "insert into `p`.`d`.`t` (`id`, usd) values (?, ?)"
    assert sent(CREATE, insert) == []
    assert "Table not found" in sent(insert)[0]


def test_view_and_loaded_table_exist() -> None:
    view = "create or replace view `p`.`d`.`v` as select n + 1 as m from `p`.`d`.`seed`"
    assert sent(LOAD, view, "select m from `p`.`d`.`v`") == []


def test_what_only_the_emulator_takes_fails() -> None:
    found = sent(CREATE, "create table `p`.`d`.`u` as select median(usd) as m from `p`.`d`.`t`")
    assert "Function not found: median" in found[0]


def test_what_the_emulator_refused_is_left() -> None:
    entry = {"sql": "select 1 from `p`.`d`.`not_yet`", "refused": True}
    result = check_sent([entry, {"sql": "declare there bool; select 1 as one"}])
    assert (result.checked, result.left, result.failures) == (1, 2, [])
