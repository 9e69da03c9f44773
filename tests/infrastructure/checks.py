"""The checks, by the names they are printed with."""

from collections.abc import Callable, Iterator

from tests.infrastructure.form import misread, unformatted
from tests.infrastructure.parsing import Tree
from tests.infrastructure.rules import broken
from tests.infrastructure.schema import dangling, strangers

CHECKS: dict[str, Callable[[Tree], Iterator[str]]] = {
    "language": misread,
    "format": unformatted,
    "schema": strangers,
    "references": dangling,
    "rules": broken,
}
