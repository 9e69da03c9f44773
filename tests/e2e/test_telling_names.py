"""A company of people whose names and addresses are words of the domain, twice the same, or parts of each other: each is erased, and nothing else is another."""

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
BY_DAY = ("claude", "org-01", "ann")
"""A word that begins every model, a tenant's form, and an address that three others contain."""


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
