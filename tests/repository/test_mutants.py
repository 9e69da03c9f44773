"""Every mutant still finds its text and its tests, so that `make mutants` has something to plant."""

from collections import Counter

from tests.mutants.catalogue import read_mutants
from tests.mutants.copies import ROOT
from tests.mutants.locating import Checkout
from tests.mutants.running import applied

AREAS = {"extract", "models", "api", "privacy", "migration"}
FEWEST, FEWEST_OF_AN_AREA = 40, 5


def test_every_mutant_applies() -> None:
    _, wrong = applied(read_mutants(), Checkout(ROOT))
    assert [f"{judged.mutant.area}: {judged.mutant.name}: {judged.why}" for judged in wrong] == []


def test_there_are_enough_of_each_area() -> None:
    areas = Counter(mutant.area for mutant in read_mutants())
    assert sum(areas.values()) >= FEWEST
    assert {area for area in AREAS if areas[area] < FEWEST_OF_AN_AREA} == set()


def test_every_mutant_changes_something() -> None:
    assert [mutant.name for mutant in read_mutants() if mutant.by == mutant.replace] == []
