"""What deploy looks at: everything that cut-over and way back will need, said before anything is changed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from migration.standing import Places, RefusedError
from migration.tables import OldTable


@dataclass(frozen=True)
class Finding:
    """Something that stands in the way, or that readers would lose."""

    text: str
    is_stop: bool = True

    def __str__(self) -> str:
        return self.text


def check_all(places: Places, tables: Sequence[OldTable]) -> list[Finding]:
    """Return everything that was found, table by table."""
    found: list[Finding] = []
    for table in tables:
        found += _check_old(places, table)
        found += _check_new(places, table)
    return found


def _check_old(places: Places, table: OldTable) -> Iterator[Finding]:
    try:
        schema, name = places.place(table, "deploy")
    except RefusedError as error:
        yield Finding(str(error).removeprefix("deploy: "))
        return
    found = places.warehouse.columns(schema, name)
    missing = [name for name, _ in table.columns if name not in found]
    if missing:
        yield Finding(
            f"{table.name} has no column {', '.join(missing)}: not the predecessor's table?"
        )


def _check_new(places: Places, table: OldTable) -> Iterator[Finding]:
    found = places.warehouse.columns(places.settings.new_schema, table.view)
    if not found:
        yield Finding(f"{places.settings.new_schema}.{table.view} does not exist. First: make run")
    elif list(found.items()) != list(table.columns):
        yield Finding(f"{table.view} has other columns than {table.name}: {found}. First: make run")
