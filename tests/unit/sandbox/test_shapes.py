from collections import defaultdict
from datetime import date
from decimal import Decimal
from typing import get_args

import pytest

from sandbox.truth import true_rows
from sandbox.world import Scenario, World
from sandbox.world.scenario import UNTIDY, Shape, shapes_named
from sandbox.world.sheets import TABS
from tests.unit.sandbox.conftest import AS_OF
from tests.unit.sandbox.readings import read

SHAPES = ("company", "untidy", "untidy,vendor_costs", *get_args(Shape))


def shaped(shape: str, days: int = 14) -> World:
    scenario = Scenario(shapes=shapes_named(shape))
    return World(people=40, days=days, as_of=AS_OF, scenario=scenario)


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_answers_every_question(shape: str) -> None:
    world = shaped(shape)
    read(world)
    kinds = {kind for kind, _ in true_rows(world)}
    assert bool(kinds) == (shape != "zero_days")
    for tab in TABS:
        assert world.sheet(tab)[0]
    assert world.organization()["type"] == "organization"
    assert world.users()
    assert world.cursor_groups()["groups"]
    assert len(world.cursor_spend()[0]) >= 1
    assert world.invites()
    assert [world.workspace_members(row["id"]) for row in world.workspaces(True)]


def test_empty_organisation_has_members_and_no_usage() -> None:
    reading = read(shaped("empty"))
    assert reading.cursor_daily
    assert not any(row["isActive"] for _, row in reading.cursor_daily)
    usage = (reading.cursor_events, reading.messages, reading.costs, reading.claude_code)
    assert usage == ([], [], [], [])


def test_one_person_works_alone() -> None:
    world = shaped("one_person", days=60)
    reading = read(world)
    assert len(world.cursor_members()) == 1
    assert len({row["email"] for _, row in reading.cursor_daily}) == 1
    assert reading.costs


def test_zero_days_serve_nothing() -> None:
    world = shaped("zero_days")
    assert list(world.dates()) == []
    assert world.first_day == world.as_of
    assert world.users()


def test_nameless_workspace_is_in_use() -> None:
    world = shaped("nameless_workspace")
    nameless = {row["id"] for row in world.workspaces() if row["name"] == ""}
    assert len(nameless) == 1
    assert nameless & {row["workspace_id"] for _, row in read(world).messages}


def test_ghost_keys_are_used_and_not_listed() -> None:
    world = shaped("ghost_key")
    listed = {row["id"] for row in world.api_keys()}
    used = {row["api_key_id"] for _, row in read(world).messages if row["api_key_id"]}
    assert len(used - listed) > 10


def test_equal_key_names_are_many() -> None:
    names = [row["name"] for row in shaped("equal_key_names").api_keys()]
    assert names.count("default") > 10


def test_shapes_are_named_in_a_text() -> None:
    assert shapes_named("company") == frozenset()
    assert shapes_named("ghost_key, fast_mode") == {"ghost_key", "fast_mode"}
    assert shapes_named("untidy") == UNTIDY
    with pytest.raises(ValueError, match="'round'"):
        shapes_named("ghost_key,round")


def test_fast_mode_is_in_the_usage_and_has_lines_of_its_own() -> None:
    reading = read(shaped("fast_mode"))
    fast = [row for _, row in reading.messages if row["speed"] == "fast"]
    lines = [row for _, row in reading.costs if "Fast Mode" in row["description"]]
    assert {row["model"] for row in (*fast, *lines)} == {"claude-opus-5"}
    assert len(fast) > 10
    assert len(lines) > 10


def test_models_are_spelled_otherwise_in_the_claude_code_report_alone() -> None:
    reading = read(shaped("spelled_models"))
    report = {model["model"] for _, row in reading.claude_code for model in row["model_breakdown"]}
    used = {row["model"] for _, row in reading.messages}
    assert len({name for name in report if "claude-sonnet-5" in name}) == 5
    assert {name for name in used if "claude-sonnet-5" in name} == {"claude-sonnet-5"}


def test_the_router_calls_for_itself() -> None:
    world = shaped("router_calls")
    tasks = [task for day in world.dates() for task in world.tasks(day)]
    own = [task for task in tasks if task.is_overhead]
    assert {task.overhead for task in own} == {None, True}
    assert 10 < len(own) < len(tasks) / 4
    assert len({task.task_id for task in tasks}) == len(tasks)
    ordinary = World(people=5, days=2, as_of=AS_OF)
    assert {task.overhead for day in ordinary.dates() for task in ordinary.tasks(day)} == {None}


def test_vendors_give_back() -> None:
    """On the bill, of events and of seats; a day of the bill is negative as a whole, and a person's seats are."""
    world = shaped("credits")
    reading = read(world)
    bill: defaultdict[date, Decimal] = defaultdict(Decimal)
    for day, row in reading.costs:
        bill[day] += Decimal(row["amount"])
    assert any(Decimal(row["amount"]) < 0 for _, row in reading.costs)
    assert any(amount < 0 for amount in bill.values())
    assert any(row["chargedCents"] < 0 for _, row in reading.cursor_events)
    fees = [Decimal(row[4]) for row in world.sheet("seats")[1:]]
    assert 3 * sum(fee < 0 for fee in fees) >= sum(fee > 0 for fee in fees)
    assert sum(fees) < sum(fee for fee in fees if fee > 0)


@pytest.mark.parametrize("people", [1, 2, 3, 7, 15, 60])
def test_any_size_works(people: int) -> None:
    world = World(people=people, days=10, as_of=AS_OF)
    assert read(world).cursor_daily
    assert len(world.users()) <= people
    names = [row["email"] for row in world.cursor_members()]
    assert len(names) == len(set(names))


def test_before_the_company_was_founded_there_is_nothing() -> None:
    world = World(people=10, days=30, as_of=date(2023, 12, 1))
    reading = read(world)
    assert (reading.cursor_daily, reading.messages, reading.costs) == ([], [], [])
    assert world.cursor_members() == []
