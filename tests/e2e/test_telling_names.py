"""A company of people whose names and addresses are words of the domain, twice the same, or parts of each other: each is erased, and nothing else is another.

By night each of them alone; by day some of them in one run (`test_erasure.py`).
"""

from dataclasses import replace
from pathlib import Path

import pytest

from privacy import jobs
from privacy.subject import find_subject
from sandbox.server import WorldOptions
from sandbox.world.names import TELLING
from tests.e2e.chain import AS_OF, Chain, serve
from tests.e2e.erasing import erase, privacy_settings
from tests.e2e.telling import Values, values, what_else_changed
from warehouse.connection import open_warehouse

COMPANY = WorldOptions(people=20, days=8, as_of=AS_OF, shape="telling_names")
ALL = [local for *_, local in TELLING]


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


@pytest.mark.proofs
@pytest.mark.parametrize("local", ALL)
def test_each_of_them_is_erased_and_nothing_else(
    company: Chain, held: Values, tmp_path: Path, local: str
) -> None:
    chain = company.copy(tmp_path / "erased")
    settings = privacy_settings(chain)
    ((address,),) = chain.rows(
        "select min(lower(email)) from (select email from raw_anthropic.users"
        " union all select user_email from raw_cursor.usage_events"
        " union all select email from raw_sheets.people) where email ilike ?",
        f"{local}@%",
    )
    job = jobs.request(settings.state_dir, [address], requested_by="test")
    with open_warehouse(settings, read_only=True) as warehouse:
        subject = find_subject(warehouse, address)
    said: list[str] = []
    assert erase(chain, settings, said.append) == 1
    done = jobs.read(settings.state_dir, job.job_id)
    assert (done.status, done.detail) == (jobs.DONE, jobs.ERASED), said
    assert done.certificate["totals"]["equal"]
    assert list(what_else_changed(held, values(chain), subject)) == []
