"""A plan: said before anything is written, stopped by itself, and never gone beyond."""

from collections.abc import Iterator, Mapping, Sequence

import duckdb
import pytest

from persons.declared import PersonalColumn
from persons.identifiers import ColumnKind
from persons.matching import Replacement
from privacy import plan as planning
from privacy.columns import PersonalMap
from privacy.plan import PlanError, apply, make_plan
from privacy.replacing import Change
from privacy.subject import find_subject
from warehouse.duckdb import DuckDB
from warehouse.engine import TEXT, Table, Value, Warehouse

ANNA, BOB = "anna@x.example", "bob@x.example"
PEOPLE = Table(
    "raw_sheets",
    "people",
    tuple((name, TEXT) for name in ("email", "name", "team", "manager_email")),
)


class Careless(DuckDB):
    """An engine that changes more than it is told to."""

    def write_texts(
        self,
        table: tuple[str, str],
        column: tuple[str, str],
        texts: Mapping[str, str],
        where: str = "true",
        values: Sequence[Value] = (),
    ) -> int:
        n_rows = super().write_texts(table, column, texts, where, values)
        self.run(self.careless)
        return n_rows

    careless = "select 1"


@pytest.fixture
def held() -> Iterator[Careless]:
    with duckdb.connect() as connection:
        connection.execute("create schema raw_sheets; create schema raw_orchestrator")
        connection.execute(
            "create table raw_sheets.people (email varchar, name varchar, team varchar, manager_email varchar)"
        )
        connection.execute(
            f"insert into raw_sheets.people values ('{ANNA}', 'Anna', 'Search', '{BOB}'),"
            f" ('{BOB}', 'Bob', 'Search', 'Anna <{ANNA}>, {BOB}')"
        )
        connection.execute(
            "create table raw_orchestrator.task_executions (user_id varchar, organization_id varchar, model varchar)"
        )
        connection.execute(
            "insert into raw_orchestrator.task_executions values ('org-01', 'org-01', 'sonnet'),"
            " ('2024-01-01', 'org-02', 'opus'), ('17', '17', 'may')"
        )
        yield Careless(connection)


def _content(held: Careless) -> list[object]:
    return [
        held.rows(f"select * from {table} order by all")
        for table in ("raw_sheets.people", "raw_orchestrator.task_executions")
    ]


def test_a_plan_says_what_it_would_change_and_writes_nothing(held: Careless) -> None:
    before = _content(held)
    plan = make_plan(held, find_subject(held, ANNA), "erased-0123456789abcdef")
    assert _content(held) == before
    assert [(one.column, one.kind, one.n_rows, one.n_texts) for one in plan.columns] == [
        ("email", "email", 1, 1),
        ("manager_email", "mention", 1, 1),
        ("name", "name", 1, 1),
    ]
    text = "\n".join(plan.lines())
    assert "erased-0123456789abcdef@erased.invalid" in text
    for word in ("anna@", BOB, "bob@"):
        assert word not in text.lower()
    assert len(plan) == 1
    assert not make_plan(held, find_subject(held, "nobody@x.example"))


def test_what_is_planned_is_done_and_nothing_else(held: Careless) -> None:
    plan = make_plan(held, find_subject(held, ANNA), "erased-0123456789abcdef")
    (touched,) = apply(held, plan)
    assert (str(touched.table), touched.n_cells) == ("raw_sheets.people", 3)
    assert _content(held)[0] == [
        (BOB, "Bob", "Search", f"Anna <erased-0123456789abcdef@erased.invalid>, {BOB}"),
        ("erased-0123456789abcdef@erased.invalid", "erased-0123456789abcdef", "Search", BOB),
    ]


@pytest.mark.parametrize(
    "careless",
    [
        "update raw_sheets.people set team = 'Other' where name = 'Bob'",
        "update raw_orchestrator.task_executions set model = 'erased-5'",
        f"update raw_sheets.people set manager_email = null where manager_email = '{BOB}'",
        "update raw_sheets.people set name = 'x' where name = 'Bob'",
        "delete from raw_orchestrator.task_executions",
        "insert into raw_sheets.people values ('eve', 'Eve', null, null)",
    ],
)
def test_more_than_was_planned_is_rolled_back(held: Careless, careless: str) -> None:
    before = _content(held)
    plan = make_plan(held, find_subject(held, ANNA))
    held.careless = careless
    with pytest.raises(PlanError, match=r"more than was planned changed in raw_\w+\.\w+"):
        apply(held, plan)
    assert _content(held) == before


@pytest.mark.parametrize(
    ("given", "what"),
    [("org-01", "a model, a platform, a team or a tenant"), ("2024-01-01", "a date")],
)
def test_an_account_of_such_a_name_stops_the_plan(held: Careless, given: str, what: str) -> None:
    with pytest.raises(PlanError, match=rf"task_executions\.user_id: .* is {what}") as caught:
        make_plan(held, find_subject(held, given))
    assert given not in str(caught.value)


def test_an_id_of_digits_is_planned_where_it_is_an_id(held: Careless) -> None:
    plan = make_plan(held, find_subject(held, "17"))
    assert [(one.table, one.column) for one in plan.columns] == [
        ("raw_orchestrator.task_executions", "user_id")
    ]


@pytest.mark.parametrize(
    ("column", "kind", "engine_kind", "text", "why"),
    [
        ("team", ColumnKind.MENTION, TEXT, "sonnet", "a model"),
        ("team", ColumnKind.MENTION, TEXT, "Search", "a team"),
        ("team", ColumnKind.MENTION, TEXT, "2024-01-01", "a date"),
        ("team", ColumnKind.LABEL, TEXT, "1,000.50", "a number"),
        ("team", ColumnKind.EMAIL, TEXT, "ORG-02", "a tenant"),
        ("n_tokens", ColumnKind.MENTION, TEXT, "x", "not in the map"),
        ("team", ColumnKind.MENTION, "", "x", "holds no text"),
    ],
)
def test_a_plan_stops_by_itself(
    held: Careless,
    monkeypatch: pytest.MonkeyPatch,
    column: str,
    kind: ColumnKind,
    engine_kind: str,
    text: str,
    why: str,
) -> None:
    wrong = Change(
        PEOPLE,
        PersonalColumn("raw_sheets", "people", column, kind, "sheets"),
        engine_kind,
        {text: "erased-0123456789abcdef"},
    )

    def changes(_: Warehouse, __: Replacement, ___: PersonalMap) -> Iterator[Change]:
        yield wrong

    monkeypatch.setattr(planning, "changes", changes)
    with pytest.raises(PlanError, match=why):
        make_plan(held, find_subject(held, ANNA))
