"""Where a mutant's text and its tests stand now, whatever was moved or laid out anew since it was written down."""

import functools
import re
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tests.mutants.catalogue import Kind, Mutant

PRODUCT_SUFFIXES = {".py", ".sql", ".csv"}
NOT_PRODUCT = {"tests", "benchmarks", "docs"}
_PIECE = re.compile(r"\w+|[^\w\s]")
_COMMA_AT_THE_END = re.compile(r",(?=\s*[)\]}])")
_TEST_OR_CLASS = re.compile(
    r"^(class (?P<owner>\w+)|(?P<inside>[ \t]*)(?:async )?def (?P<name>\w+))", re.MULTILINE
)
_UNIT_TEST = re.compile(r"^\s*- \{?name: [\"']?(\w+)", re.MULTILINE)
_NAMED_DATA_TEST = re.compile(r"\bname: [\"']?(assert_\w+)")


class DoesNotApplyError(Exception):
    """The text or a test of a mutant is not there, or not as often as it says."""


@dataclass(frozen=True)
class Place:
    """A file and what it would hold with the fault in it."""

    path: Path
    text: str


class Checkout:
    """The files of one checkout, read once."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @functools.cached_property
    def files(self) -> list[Path]:
        """What git knows or would add, relative to the root."""
        command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        listed = subprocess.run(
            command, cwd=self.root, capture_output=True, text=True, check=True
        ).stdout
        paths = (Path(name) for name in sorted(set(listed.split("\0"))) if name)
        return [path for path in paths if (self.root / path).is_file()]

    @functools.cached_property
    def product(self) -> dict[Path, str]:
        """The texts in which faults are planted: what users run, and no test."""
        return self._texts(
            path
            for path in self.files
            if path.suffix in PRODUCT_SUFFIXES and path.parts[0] not in NOT_PRODUCT
        )

    @functools.cached_property
    def tests(self) -> dict[Kind, dict[str, list[str]]]:
        """By kind and name: what its runner calls a test."""
        found: dict[Kind, dict[str, list[str]]] = {kind: {} for kind in Kind}
        ours = [path for path in self.files if path.parts[0] == "tests"]
        for path, text in self._texts(p for p in ours if p.suffix == ".py").items():
            for name in _test_functions(text) if path.name.startswith("test_") else []:
                address = f"{path.as_posix()}::{name}"
                found[Kind.PYTEST].setdefault(name.rpartition("::")[2], []).append(address)
        for path in ours:
            if path.suffix == ".sql" and path.parts[1] == "dbt":
                found[Kind.DATA_TEST].setdefault(path.stem, []).append(path.stem)
        described = (p for p in self.files if p.suffix == ".yml" and p.parts[0] == "dbt_project")
        for text in self._texts(described).values():
            for name in _NAMED_DATA_TEST.findall(text):
                found[Kind.DATA_TEST].setdefault(name, []).append(name)
            for part in re.split(r"^(?=\w+:)", text, flags=re.MULTILINE):
                for name in _UNIT_TEST.findall(part) if part.startswith("unit_tests:") else []:
                    found[Kind.UNIT_TEST].setdefault(name, []).append(name)
        return found

    def _texts(self, paths: Iterable[Path]) -> dict[Path, str]:
        return {path: (self.root / path).read_text(encoding="utf-8") for path in paths}


def _test_functions(text: str) -> list[str]:
    """Return the tests of a file, those of a class with its name."""
    owner, names = "", []
    for match in _TEST_OR_CLASS.finditer(text):
        if match["owner"]:
            owner = f"{match['owner']}::"
        elif match["name"].startswith("test_"):
            names.append(f"{owner if match['inside'] else ''}{match['name']}")
    return names


def places(mutant: Mutant, checkout: Checkout) -> list[Place]:
    """Return the files that the mutant changes, changed.

    Raises:
        DoesNotApplyError: The text does not stand in the product, or not as often as the mutant says.
    """
    wanted = pattern(mutant.replace)
    found, n_found = [], 0
    longest = max(_PIECE.findall(mutant.replace), key=len)
    for path, text in checkout.product.items():
        if longest not in text:  # a hundred times as quick as the pattern
            continue
        changed, n_here = wanted.subn(lambda _: mutant.by, text)
        if n_here:
            found.append(Place(path, changed))
            n_found += n_here
    if n_found != mutant.times:
        where = ", ".join(place.path.as_posix() for place in found) or "nowhere"
        raise DoesNotApplyError(
            f"its text stands in the product {n_found} times, not {mutant.times} ({where}):"
            f" {' '.join(mutant.replace.split())}"
        )
    return found


def pattern(text: str) -> re.Pattern[str]:
    """Return what finds a text however it is laid out: white space and a comma before a bracket do not count."""
    pieces = _PIECE.findall(_COMMA_AT_THE_END.sub("", text))
    result = ""
    for before, piece in zip(["", *pieces], pieces, strict=False):
        if re.match(r"\w", before[-1:]) and re.match(r"\w", piece):
            result += r"\s+"
        elif piece in ")]}" and before not in ("", "(", "[", "{"):
            result += r"\s*,?\s*"
        elif before:
            result += r"\s*"
        result += re.escape(piece)
    start = r"(?<!\w)" if re.match(r"\w", pieces[0]) else ""
    end = r"(?!\w)" if re.match(r"\w", pieces[-1]) else ""
    return re.compile(start + result + end)


def addresses(mutant: Mutant, checkout: Checkout) -> list[str]:
    """Return the mutant's tests as their runner calls them.

    Raises:
        DoesNotApplyError: A test is not there, or stands twice.
    """
    known = checkout.tests[mutant.kind]
    result = []
    for test in mutant.tests:
        name, bracket, case = test.partition("[")
        found = known.get(name, [])
        if len(found) != 1:
            raise DoesNotApplyError(f"there are {len(found)} tests of the name {name}, not one")
        result.append(found[0] + bracket + case)
    return result
