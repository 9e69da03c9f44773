"""The mutants as they are written down: one TOML file per area, one table `[[mutant]]` per fault."""

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "catalogue"


class Kind(StrEnum):
    """What runs the tests of a mutant."""

    PYTEST = "pytest"
    UNIT_TEST = "dbt unit test"
    DATA_TEST = "dbt data test"


FIELDS = {"test": Kind.PYTEST, "unit_test": Kind.UNIT_TEST, "data_test": Kind.DATA_TEST}
"""The field that names the tests, and who runs them."""


class CatalogueError(Exception):
    """A mutant is not written as it should be."""


@dataclass(frozen=True)
class Mutant:
    """A fault and the tests that must find it."""

    area: str
    name: str
    """The fault in plain words, as it was seen."""
    seen: str
    """Where it was first planted: the change whose message or test tells of it."""
    replace: str
    """The text of the product that is replaced, whatever white space it stands with and in whichever file."""
    by: str
    kind: Kind
    tests: tuple[str, ...]
    """Names of test functions, with `[…]` for one case, or of dbt's tests."""
    times: int = 1
    """How often the text stands in the product; all places are replaced."""
    build: tuple[str, ...] = ()
    """What a data test needs to be built anew beside the models whose text is replaced."""


def read_mutants(folder: Path = FOLDER) -> list[Mutant]:
    """Return the mutants of all areas.

    Raises:
        CatalogueError: One has a field too few or too many, or two have one name.
    """
    mutants = [mutant for path in sorted(folder.glob("*.toml")) for mutant in _read(path)]
    names = [mutant.name for mutant in mutants]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise CatalogueError(f"two mutants have one name: {', '.join(sorted(twice))}")
    return mutants


def _read(path: Path) -> list[Mutant]:
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    return [_mutant(path.stem, entry) for entry in content.get("mutant", [])]


def _mutant(area: str, entry: dict[str, Any]) -> Mutant:
    fields = dict(entry)
    name = fields.get("name", "a mutant without a name")
    given = [field for field in FIELDS if field in fields]
    if len(given) != 1:
        raise CatalogueError(f"{area}: {name}: one of {', '.join(FIELDS)} is needed")
    tests = _several(fields.pop(given[0]))
    build = _several(fields.pop("build", []))
    try:
        return Mutant(area=area, kind=FIELDS[given[0]], tests=tests, build=build, **fields)
    except TypeError as error:
        raise CatalogueError(f"{area}: {name}: {error}") from None


def _several(given: str | list[str]) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(given)
