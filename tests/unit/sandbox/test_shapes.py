from datetime import date

import pytest

from sandbox.truth import true_rows
from sandbox.world import Scenario, World
from sandbox.world.scenario import Shape
from sandbox.world.sheets import TABS
from tests.unit.sandbox.conftest import AS_OF
from tests.unit.sandbox.readings import read

SHAPES: tuple[Shape, ...] = (
    "company",
    "empty",
    "one_person",
    "zero_days",
    "nameless_workspace",
    "ghost_key",
    "equal_key_names",
    "odd_event_kinds",
    "vendor_costs",
)


def shaped(shape: Shape, days: int = 14) -> World:
    return World(people=40, days=days, as_of=AS_OF, scenario=Scenario(shape=shape))


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_answers_every_question(shape: Shape) -> None:
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
