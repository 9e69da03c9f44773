"""Each runbook as it is written: typed by somebody to whom just that has happened, over a company on loopback.

What a page calls `look` shows what is wrong, `mend` mends it, `verify` shows that it is well. What somebody does elsewhere (a
vendor gets well, a row of a price list is corrected) is done between `look` and `mend`.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
import pytest
import sqlglot

from sandbox.server import Running
from tests.e2e.chain import AS_OF, REVISED, SMALL, serve
from tests.elsewhere import lines_to
from tests.repository.project import ROOT, tracked_files

PAGES = ROOT / "docs" / "runbooks"
BLOCK = re.compile(r"^```(sh|sql) (\w+)\n(.*?)^```", re.M | re.S)
NAMES = sorted(page.stem for page in PAGES.glob("*.md") if page.stem not in ("README", "alerts"))
OF_THE_CLOUD = "bigquery-cost-spike"


def blocks(name: str) -> dict[str, str]:
    """Return what a page has to be typed, by what it is for."""
    return {
        purpose: text
        for _, purpose, text in BLOCK.findall((PAGES / f"{name}.md").read_text(encoding="utf-8"))
    }


@dataclass
class Desk:
    """A checkout, a company, and somebody who types."""

    folder: Path
    server: Running

    @property
    def checkout(self) -> Path:
        return self.folder / "checkout"

    @property
    def warehouse(self) -> Path:
        return self.folder / "data" / "w.duckdb"

    def settle(self, **more: str) -> None:
        """Write `.env`: where everything lies, and whom to ask."""
        places = lines_to(self.folder / "data")
        own = {
            **self.server.env,
            "AS_OF": AS_OF.isoformat(),
            "SINCE": "2026-10-12",
            "HTTP_BACKOFF_SECONDS": "0.01",
            **more,
        }
        lines = [*places, *(f"{name}={text}" for name, text in own.items())]
        file = self.checkout / ".env"
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
        file.chmod(0o600)

    def types(self, text: str, code: int = 0) -> str:
        """Type lines into an activated shell with `.env` loaded, until one ends badly; return what was said."""
        found, said = self._types("set -e\n" + text)
        assert found == code, f"{found}: {text}\n{said}"
        return said

    def looks(self, text: str) -> str:
        """Type lines one after the other, as people do: a command that shows what is wrong ends with a code of its own."""
        return self._types(text)[1]

    def _types(self, text: str) -> tuple[int, str]:
        keep = {name: os.environ[name] for name in ("LANG", "SSL_CERT_FILE") if name in os.environ}
        done = subprocess.run(
            ["/bin/bash", "-c", f"set -a; . ./.env; set +a\n{text}"],
            cwd=self.checkout,
            env={
                **keep,
                "HOME": str(self.folder),
                "PATH": f"{ROOT / '.venv' / 'bin'}:/usr/bin:/bin",
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout

    def totals(self) -> list[tuple[object, ...]]:
        with duckdb.connect(str(self.warehouse), read_only=True) as connection:
            return connection.execute(
                "select vendor, platform, sum(spend_usd), count(*) from marts.fct_ai_spend_daily group by all order by all"
            ).fetchall()


@pytest.fixture(scope="module")
def well(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout with a company that is loaded, built and published."""
    folder = tmp_path_factory.mktemp("well")
    for path in tracked_files():
        target = folder / "checkout" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / path, target)
    (folder / "checkout" / ".venv").symlink_to(ROOT / ".venv")
    with serve(SMALL) as server:
        desk = Desk(folder, server)
        desk.settle()
        desk.types("bin/run")
    return folder


@pytest.fixture
def desk(well: Path, tmp_path: Path) -> Iterator[Desk]:
    # Where everything lies stands in `.env`; the folder of dbt's cache and the record of the build are told by their contents.
    folder = tmp_path / "desk"
    shutil.copytree(well, folder, symlinks=True)
    with serve(SMALL) as server:
        found = Desk(folder, server)
        found.settle()
        yield found


@dataclass(frozen=True)
class Case:
    """How it happens, what is then seen, and what somebody does elsewhere."""

    happens: Callable[[Desk, ExitStack], None]
    looks_like: tuple[str, ...]
    elsewhere: Callable[[Desk, ExitStack], None]
    ends_with: tuple[str, ...]
    never_again: tuple[str, ...] = ()


def _nothing(_: Desk, __: ExitStack) -> None:
    """Nobody has to do anything elsewhere."""


def _key_ends(desk: Desk, _: ExitStack) -> None:
    desk.server.fail("endpoint=cost_report kind=http_401")
    desk.types("bin/run", code=5)


def _vendor_is_well(desk: Desk, _: ExitStack) -> None:
    desk.server.fail()


def _vendors_are_behind(desk: Desk, stack: ExitStack) -> None:
    """They have data up to a week before."""
    shutil.rmtree(desk.folder / "data")
    behind = replace(SMALL, days=SMALL.days - 7, as_of=AS_OF.replace(day=AS_OF.day - 7))
    desk.server = stack.enter_context(serve(behind))
    desk.settle()
    desk.types("bin/run || test $? = 3")


def _vendors_deliver(desk: Desk, stack: ExitStack) -> None:
    desk.server = stack.enter_context(serve(SMALL))
    desk.settle()


PRICES = "dbt_project/seeds/reference/provider_pricing.csv"


def _price_is_mistyped(desk: Desk, _: ExitStack) -> None:
    """Each price of a model has a nought too many."""
    file = desk.checkout / PRICES
    shutil.copy(file, desk.folder / "prices.csv")
    header, *rows = file.read_text(encoding="utf-8").splitlines()
    at = header.split(",").index("usd_per_million_units")
    wrong = []
    for row in rows:
        cells = row.split(",")
        cells[at] = f"{float(cells[at]) * 10:g}" if cells[at] else cells[at]
        wrong.append(",".join(cells))
    file.write_text("\n".join([header, *wrong]) + "\n", encoding="utf-8")
    desk.types("bin/run || test $? = 3")


def _price_is_corrected(desk: Desk, _: ExitStack) -> None:
    shutil.copy(desk.folder / "prices.csv", desk.checkout / PRICES)


def _vendor_revises(desk: Desk, stack: ExitStack) -> None:
    desk.server = stack.enter_context(serve(REVISED))
    desk.settle()


def _somebody_asks(desk: Desk, _: ExitStack) -> None:
    with duckdb.connect(str(desk.warehouse), read_only=True) as connection:
        ((who,),) = connection.execute(
            "select person_email from marts.fct_ai_spend_daily where person_email like '%@%'"
            " group by person_email order by count(*) desc, person_email limit 1"
        ).fetchall()
    (desk.checkout / "subject.txt").write_text(str(who), encoding="utf-8")


def _token_is_old(desk: Desk, _: ExitStack) -> None:
    desk.types("python -m serving tokens create --role viewer --days 2 --organization org-01")
    desk.server.fail("endpoint=api_keys kind=http_401")


def _warehouse_is_lost(desk: Desk, _: ExitStack) -> None:
    desk.types(blocks("restore")["backup"])
    desk.warehouse.write_bytes(b"damaged")


def _vendor_changes(desk: Desk, _: ExitStack) -> None:
    shutil.rmtree(desk.folder / "data")
    desk.server.fail(
        "endpoint=usage_events kind=retyped_field field=timestamp",
        "endpoint=daily_usage kind=unknown_field",
    )
    desk.types("bin/run || test $? = 4")


CASES = {
    "failed-load": Case(
        _key_ends,
        ("NOT READ", "401"),
        _vendor_is_well,
        ("none of",),
        ("anthropic.cost_report",),
    ),
    "late-vendor": Case(
        _vendors_are_behind,
        ("is complete only until",),
        _vendors_deliver,
        ("no finding of stale_source",),
    ),
    "wrong-price": Case(
        _price_is_mistyped,
        ("the list price of its usage is",),
        _price_is_corrected,
        ("no finding of bill_unit_price",),
    ),
    "revised-bill": Case(_vendor_revises, (), _nothing, ("billed",)),
    "erasure-request": Case(
        _somebody_asks, ("raw_cursor",), _nothing, ("done: erased", "would touch 0 tables")
    ),
    "key-rotation": Case(_token_is_old, ("401", "valid"), _vendor_is_well, ("revoked",)),
    "restore": Case(_warehouse_is_lost, ("LOADED",), _nothing, ("LOADED",)),
    "vendor-changed-contract": Case(
        _vendor_changes,
        ("were put aside", "timestamp", "fieldOfTomorrow"),
        _vendor_is_well,
        ("no finding of quarantined_rows",),
    ),
}


def test_every_page_is_gone_through() -> None:
    assert {*CASES, OF_THE_CLOUD} == set(NAMES)
    index = (PAGES / "README.md").read_text(encoding="utf-8")
    assert set(re.findall(r"\]\((\S+)\.md\) \|", index)) == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_page_looks_mends_and_verifies(name: str) -> None:
    text = (PAGES / f"{name}.md").read_text(encoding="utf-8")
    assert re.findall(r"^## (.*)$", text, re.M) == [
        "Look",
        "Mend",
        "See that it is well",
        "So that it stays well",
    ]
    assert "**When**: " in text
    assert "**Who is hurt**: " in text
    wanted = {"look"} if name == OF_THE_CLOUD else {"look", "mend", "verify"}
    assert wanted <= set(blocks(name))


def test_the_query_of_the_cloud_is_one() -> None:
    """Nothing here has jobs to look at: only that it can be read, as BigQuery's SQL."""
    (query,) = sqlglot.parse(blocks(OF_THE_CLOUD)["look"], read="bigquery")
    assert isinstance(query, sqlglot.exp.Select)
    assert [one.alias_or_name for one in query.selects][:2] == ["job_date", "user_email"]


@pytest.mark.proofs
@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_what_the_page_says_mends_it(desk: Desk, name: str) -> None:
    before, case, page = desk.totals(), CASES[name], blocks(name)
    with ExitStack() as stack:
        case.happens(desk, stack)
        seen = desk.looks(page["look"])
        for words in case.looks_like:
            assert words in seen, seen
        case.elsewhere(desk, stack)
        desk.types(page["mend"])
        seen = desk.looks(page["verify"])
        for words in case.ends_with:
            assert words in seen, seen
        for words in case.never_again:
            assert words not in seen, seen
    if name != "revised-bill":
        assert desk.totals() == before
