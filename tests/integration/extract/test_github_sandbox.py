"""GitHub's faults in the sandbox, through the command line: what is loaded is exactly what an undisturbed run loads."""

import io
from collections.abc import Iterator, Sequence
from contextlib import redirect_stderr, redirect_stdout
from datetime import date
from pathlib import Path

import duckdb
import pytest

from extract.cli import main
from sandbox.server import Running, ServerOptions, WorldOptions, running
from sandbox.server.endpoints import ENDPOINTS

NAMES = [one.full_name for one in ENDPOINTS if one.vendor == "github"]
LISTS = ("pull_requests", "workflow_runs", "commits", "issue_events")
"""Those that have a second page here."""
PASSING = [
    ("http_429", "secondary_limit", "secondary_limit_by_body", "primary_limit"),
    ("http_500", "http_502", "truncated_json", "drop_mid_body"),
    ("http_503", "drop_before", "empty_body", "html_body"),
]
"""A request meets them one after the other; the fifth attempt succeeds."""
OWN = ("'_loaded_at'", "'_dlt_load_id'", "'_dlt_valid_from'")


class Mirror:
    """The sandbox's GitHub, and a warehouse."""

    def __init__(self, server: Running, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.server, self.file = server, folder / "warehouse.duckdb"
        monkeypatch.setattr("extract.client.retries.sleep", lambda _: None)
        given = {name: text for name, text in server.env.items() if name.startswith("GITHUB_")}
        given |= {
            "DUCKDB_PATH": str(self.file),
            "PIPELINES_DIR": str(folder / "dlt"),
            "STATE_DIR": str(folder / "state"),
            "SINCE": "2026-09-05",
            "AS_OF": "2026-10-15",
            "HTTP_BACKOFF_SECONDS": "0",
            "ENV_FILE": "",
        }
        for name, text in given.items():
            monkeypatch.setenv(name, text)

    def load(self, *words: str) -> tuple[int, str]:
        out = io.StringIO()
        with redirect_stdout(out), redirect_stderr(out):
            code = main([*words, "github"])
        return code, out.getvalue()

    def rows(self) -> dict[str, list[str]]:
        with duckdb.connect(str(self.file), read_only=True) as connection:
            names = connection.execute(
                "select table_name from duckdb_tables() where schema_name = 'raw_github' and not starts_with(table_name, '_dlt')"
                " and table_name not in ('extract_runs', 'loaded_partitions') order by all"
            ).fetchall()
            return {
                name: sorted(
                    map(
                        repr,
                        connection.execute(
                            f"select columns(c -> c not in ({', '.join(OWN)})) from raw_github.{name}"
                        ).fetchall(),
                    )
                )
                for (name,) in names
            }

    def applied(self) -> int:
        return sum(int(str(one["applied"])) for one in self.server.state.faults.report())


@pytest.fixture(scope="module")
def served() -> Iterator[Running]:
    world = WorldOptions(people=8, days=40, as_of=date(2026, 10, 15), shape="delivery")
    with running(world, options=ServerOptions(rate_limits=False)) as server:
        yield server


@pytest.fixture(scope="module")
def undisturbed(served: Running, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    with pytest.MonkeyPatch.context() as patched:
        mirror = Mirror(served, tmp_path_factory.mktemp("undisturbed"), patched)
        code, text = mirror.load()
        assert code == 0, text
        found = mirror.rows()
    assert all(found[name] for name in found if name != "quarantine")
    assert not found["quarantine"]
    return found


@pytest.fixture
def mirror(served: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mirror]:
    served.state.reset()
    yield Mirror(served, tmp_path, monkeypatch)
    served.state.reset()


@pytest.mark.parametrize(
    "kinds",
    [PASSING[0], *(pytest.param(one, marks=pytest.mark.proofs) for one in PASSING[1:])],
    ids=", ".join,
)
def test_faults_that_pass_leave_exactly_the_rows_of_an_undisturbed_run(
    mirror: Mirror, undisturbed: dict[str, list[str]], kinds: Sequence[str]
) -> None:
    """Naive: a limit is a missing permission, half a page is the end of the list."""
    mirror.server.fail(*(f"endpoint={n} kind={kind} times=1" for n in NAMES for kind in kinds))
    code, text = mirror.load()
    assert code == 0, text
    assert mirror.applied() == len(NAMES) * len(kinds) >= 30
    assert mirror.rows() == undisturbed


@pytest.fixture
def short_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask for twenty rows a page, so that a small company has lists of several."""
    monkeypatch.setattr("extract.sources.github.api.PAGE_SIZE", 20)


@pytest.mark.usefixtures("short_pages")
def test_a_page_that_vanishes_is_told_and_read_by_the_next_run(
    mirror: Mirror, undisturbed: dict[str, list[str]]
) -> None:
    """Naive: a last page that is empty is the end of the list, so its mark moves on and what lay behind is never read."""
    mirror.server.fail(*(f"endpoint=github.{name} kind=vanished_page" for name in LISTS))
    code, text = mirror.load()
    assert code == 5, text
    assert mirror.applied() >= len(LISTS)
    assert text.count("the end of the list was not read") == mirror.applied()
    before = mirror.rows()
    assert all(set(before[name]) <= set(undisturbed[name]) for name in before if name != "coverage")
    assert before != undisturbed
    mirror.server.fail()
    code, text = mirror.load()
    assert code == 0, text
    assert mirror.rows() == undisturbed
    # Accounts that are gone have pull requests and reviews all the same.
    assert any("None, None, None" in row for row in undisturbed["pull_requests"])


@pytest.mark.proofs
@pytest.mark.usefixtures("short_pages")
def test_a_rename_and_a_rerun_between_two_pages(
    mirror: Mirror, undisturbed: dict[str, list[str]]
) -> None:
    mirror.server.fail(
        "endpoint=github.pull_requests kind=rename_repository times=1",
        "endpoint=github.workflow_runs kind=rerun_run times=1",
    )
    code, text = mirror.load()
    assert code == 0, text
    assert mirror.applied() == 2
    found = mirror.rows()
    assert len(set(found["workflow_runs"]) - set(undisturbed["workflow_runs"])) == 1
    assert set(undisturbed["workflow_runs"]) <= set(found["workflow_runs"])
    for name in set(found) - {"workflow_runs"}:
        assert found[name] == undisturbed[name], name


@pytest.mark.proofs
@pytest.mark.parametrize("kind", ["http_401", "http_403", "http_404", "http_410", "missing_data"])
def test_a_fault_that_lasts_costs_its_own_list_alone(
    mirror: Mirror, undisturbed: dict[str, list[str]], kind: str
) -> None:
    mirror.server.fail(f"endpoint=github.pull_requests kind={kind}")
    code, text = mirror.load()
    assert code == 5, text
    found = mirror.rows()
    lost = {"pull_requests", "pull_request_commits", "pull_request_reviews"}
    assert not any(found[name] for name in lost)
    for name in set(found) - lost - {"coverage"}:
        assert found[name] == undisturbed[name], name
    mirror.server.fail()
    assert mirror.load()[0] == 0
    assert mirror.rows() == undisturbed
