"""Whoever has the exported files and a list of staff, and knows how ids of rows are made, learns nobody's name from them."""

import hashlib
import json
from pathlib import Path

import duckdb
import pytest

from persons.keys import load_key
from serving.focus.export import export
from tests.e2e.chain import Chain
from warehouse.snapshot import open_current


@pytest.fixture(scope="module")
def exported(small: Chain, tmp_path_factory: pytest.TempPathFactory) -> tuple[Chain, Path]:
    chain = small.copy(tmp_path_factory.mktemp("ids"))
    done = chain.run("serving", "publish")
    assert done.code == 0, done.text
    key = load_key(chain.folder / "state", None)
    return chain, export(
        open_current(chain.folder / "published"), chain.folder / "focus", key
    ).folder


def guesses(address: str) -> set[str]:
    """Return what an id would be if it could be guessed: hashes of the address, as they are made here and elsewhere."""
    texts = (address, address.upper(), f" {address} ", f"person id\0{address}")
    names = ("md5", "sha1", "sha256", "sha512", "blake2b")
    return {hashlib.new(name, text.encode()).hexdigest()[:32] for name in names for text in texts}


def test_the_list_of_staff_resolves_no_row(exported: tuple[Chain, Path]) -> None:
    chain, folder = exported
    files = f"read_parquet('{folder}/*.parquet')"
    tags = duckdb.sql(f'select distinct "Tags" from {files} where "Tags" is not null').fetchall()
    seen = {json.loads(text).get("person_id") for (text,) in tags} - {None}
    staff = {email for (email,) in chain.rows("select distinct email from raw_sheets.people")}
    assert len(seen) > 5
    assert len(staff) >= len(seen)
    assert seen & set().union(*map(guesses, staff)) == set()


@pytest.mark.parametrize(
    ("column", "plainly"), [("x_ChargeId", "charge_id"), ("x_SpendId", "spend_id")]
)
def test_an_id_of_a_row_is_not_the_one_that_is_made_of_an_address(
    exported: tuple[Chain, Path], column: str, plainly: str
) -> None:
    chain, folder = exported
    files = f"read_parquet('{folder}/*.parquet')"
    ids = {one for (one,) in duckdb.sql(f'select "{column}" from {files}').fetchall()}
    made = f"select {plainly} from marts.mart_finance__focus_cost_and_usage"
    plain = {one for (one,) in chain.rows(made)}
    assert len(ids) == len(plain) > 100
    assert ids & plain == set()


def test_one_person_has_one_id_in_every_mart(exported: tuple[Chain, Path]) -> None:
    chain, _ = exported
    landed = dict(
        chain.rows("select distinct lower(trim(email)), person_id from raw_sheets.people")
    )
    for table in ("dim_people", "fct_ai_spend_daily", "fact_cursor_daily_usage"):
        rows = chain.rows(
            f"select distinct person_email, person_id from marts.{table} where person_id is not null"
        )
        assert rows
        assert all(landed[email] == made for email, made in rows)
