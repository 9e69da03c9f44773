"""A company of people whose names and addresses are words of the domain, twice the same, or parts of each other: each is erased, and nothing else is another.

Every value of every column of the raw tables and the marts is counted before and after, hashes left out. A value that is gone has
to name the person, a new one has to hold a pseudonym.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from privacy import jobs
from privacy.subject import Subject, find_subject
from sandbox.server import WorldOptions
from sandbox.world.names import TELLING
from tests.e2e.chain import AS_OF, Chain, serve
from tests.e2e.erasing import erase, privacy_settings
from warehouse.connection import open_warehouse

COMPANY = WorldOptions(people=20, days=8, as_of=AS_OF, shape="telling_names")
ALL = [local for *_, local in TELLING]
BY_DAY = ("claude", "org-01", "ann")
"""A word that begins every model, a tenant's form, and an address that three others contain."""
HASH = re.compile(r"\b[0-9a-f]{32,64}([!#][0-9a-f]+)*\b")
"""Ids of people and rows and fingerprints, which addresses are a part of."""
Values = dict[str, Counter[str]]


@pytest.fixture(scope="module")
def company(chain: Chain, tmp_path_factory: pytest.TempPathFactory) -> Chain:
    loaded = replace(chain, folder=tmp_path_factory.mktemp("telling"), days=COMPANY.days)
    with serve(COMPANY) as server:
        loaded.extract(server)
    loaded.build()
    return loaded


@pytest.fixture(scope="module")
def held(company: Chain) -> Values:
    """Count what stands in the company before anybody is erased."""
    return values(company)


def values(chain: Chain) -> Values:
    """Count the values of each column of the raw tables and the marts."""
    found: Values = {}
    with duckdb.connect(str(chain.warehouse), read_only=True) as connection:
        connection.execute("set TimeZone = 'UTC'")
        columns = connection.execute(
            "select table_schema, table_name, column_name from information_schema.columns"
            " where (starts_with(table_schema, 'raw_') or table_schema = 'marts')"
            " and not ends_with(table_schema, '_staging') and not starts_with(table_name, '_dlt')"
            # When a row was written, or a build was made.
            " and column_name not in ('_loaded_at', 'loaded_at')"
        ).fetchall()
        for schema, table, column in columns:
            rows = connection.execute(
                f'select cast("{column}" as varchar), count(*) from {schema}."{table}" group by all'
            ).fetchall()
            counts = found.setdefault(f"{schema}.{table}.{column}", Counter())
            for text, n in rows:
                counts[HASH.sub("#", str(text))] += n
    return found


def names(subject: Subject, text: str) -> bool:
    """Tell whether a text names the person, in the plainest way there is."""
    text = text.casefold()
    # A key that Claude Code made carries what stands before the @.
    keys = (f"claude_code_key_{email.partition('@')[0]}_" for email in subject.emails)
    texts = (*subject.emails, *subject.ids, *keys)
    whole = {*subject.names, *subject.shared_names}
    return any(one.casefold() in text for one in texts) or any(
        " ".join(one.casefold().split()) in " ".join(text.split()) for one in whole
    )


def what_else_changed(before: Values, after: Values, *subjects: Subject) -> Iterator[str]:
    assert before.keys() == after.keys()
    for column, held in before.items():
        gone, new = held - after[column], after[column] - held
        assert gone.total() == new.total(), column
        yield from (
            f"{column}: {text} is gone"
            for text in gone
            if not any(names(one, text) for one in subjects)
        )
        yield from (f"{column}: {text} is new" for text in new if "erased-" not in text)


def erased_together(company: Chain, before: Values, folder: Path, *locals_: str) -> None:
    """Erase some people in one run, and hold what changed against what names them."""
    chain = company.copy(folder)
    settings = privacy_settings(chain)
    asked = []
    for local in locals_:
        ((address,),) = chain.rows(
            "select min(lower(email)) from (select email from raw_anthropic.users"
            " union all select user_email from raw_cursor.usage_events"
            " union all select email from raw_sheets.people) where email ilike ?",
            f"{local}@%",
        )
        asked.append((address, jobs.request(settings.state_dir, [address], requested_by="test")))
    with open_warehouse(settings, read_only=True) as warehouse:
        subjects = [find_subject(warehouse, address) for address, _ in asked]
    said: list[str] = []
    assert erase(chain, settings, said.append) == len(asked)
    for _, job in asked:
        done = jobs.read(settings.state_dir, job.job_id)
        assert (done.status, done.detail) == (jobs.DONE, jobs.ERASED), said
        assert done.certificate["totals"]["equal"]
    assert list(what_else_changed(before, values(chain), *subjects)) == []


@pytest.mark.slow
def test_who_is_called_like_a_thing_is_erased_and_the_thing_stays(
    company: Chain, held: Values, tmp_path: Path
) -> None:
    erased_together(company, held, tmp_path / "erased", *BY_DAY)


@pytest.mark.proofs
@pytest.mark.parametrize("local", ALL)
def test_each_of_them_is_erased_and_nothing_else(
    company: Chain, held: Values, tmp_path: Path, local: str
) -> None:
    erased_together(company, held, tmp_path / "erased", local)
