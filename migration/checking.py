"""What deploy looks at: everything that cut-over and way back will need, said before anything is changed.

Some findings stand in the way; others are what readers, or a table brought back from its archive, would lose: somebody has to
say that this is accepted.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from migration.standing import Places, RefusedError
from migration.state import KEPT
from migration.tables import OldTable
from warehouse.engine import Extra


@dataclass(frozen=True)
class Finding:
    """Something that stands in the way, or that somebody would lose."""

    text: str
    is_stop: bool = True

    def __str__(self) -> str:
        return self.text


def check_all(places: Places, tables: Sequence[OldTable]) -> list[Finding]:
    """Return everything that was found, table by table."""
    found = list(_check_own(places))
    extras = places.warehouse.extras(places.settings.legacy_schema)
    for table in tables:
        found += _check_old(places, table, extras)
        found += _check_new(places, table)
    return found


def _check_old(places: Places, table: OldTable, extras: Sequence[Extra]) -> Iterator[Finding]:
    """The old table: that it is one, its columns and types, what hangs on it, and the names around it."""
    legacy = places.settings.legacy_schema
    spellings = [
        name
        for name in places.warehouse.names(legacy)
        if name.lower() == table.name and name != table.name
    ]
    for name in spellings:
        yield Finding(
            f"{legacy}.{name} is written otherwise than {table.name}: rename it (through another name, as names that differ by"
            f' case alone are one for some engines): alter table {legacy}."{name}" rename to "{table.name}__case", then back'
        )
    stands = places.look(table)
    if stands.aside is not None and stands.aside.status != KEPT and stands.kept is None:
        return  # dropped: its archive is all there is
    try:
        _, name = places.place(table, "deploy")
    except RefusedError as error:
        if not spellings:
            yield Finding(str(error).removeprefix("deploy: "))
        return
    if name == table.name and stands.kept is not None:
        yield Finding(
            f"{legacy}.{table.kept} exists ({stands.kept}): cut-over needs the name. Rename it"
        )
    yield from _check_columns(places, table, name)
    for extra in extras:
        if extra.table == name:
            yield from _check_extra(legacy, table, extra)


def _check_columns(places: Places, table: OldTable, name: str) -> Iterator[Finding]:
    legacy = places.settings.legacy_schema
    found = places.warehouse.columns(legacy, name)
    lower = {column.lower(): column for column in found}
    for column, kind in table.columns:
        there = lower.get(column)
        if there is None:
            yield Finding(f"{table.name} has no column {column}: not the predecessor's table?")
        elif there != column:
            yield Finding(
                f'{table.name}: column {there} is written otherwise: alter table {legacy}.{name} rename column "{there}" to {column}'
            )
        elif found[there] != kind:
            yield Finding(
                f"{table.name}.{column} is {found[there]}, the view gives {kind}: readers would get another type. Make the"
                f" column {kind}, or a view of the old table with it"
            )
    extra = [column for column in found if column.lower() not in dict(table.columns)]
    if extra:
        yield Finding(
            f"{table.name} has columns that the view does not have: {', '.join(extra)}. Their readers find them no more after"
            " the cut-over; the rows stay in the archive",
            is_stop=False,
        )


def _check_extra(legacy: str, table: OldTable, extra: Extra) -> Iterator[Finding]:
    what = f"{table.name}: {extra.kind} {extra.name}"
    match extra.kind:
        case "index":
            yield Finding(
                f"{what} hangs on the table and would stop its renaming in the middle: drop index {legacy}.{extra.name}. To have"
                f" it again after a rollback: {extra.detail}"
            )
        case "foreign key":
            yield Finding(
                f"{what} ({extra.detail}) ties two tables and would stop their renaming in the middle: drop it first"
            )
        case "view":
            yield Finding(
                f"{what} reads it ({extra.detail}): after the cut-over it shows the new figures",
                is_stop=False,
            )
        case _:
            yield Finding(
                f"{what} ({extra.detail}): an archive has rows and types alone, so after the drop a rollback brings the table"
                " back without it",
                is_stop=False,
            )


def _check_new(places: Places, table: OldTable) -> Iterator[Finding]:
    """The view of the same shape."""
    found = places.warehouse.columns(places.settings.new_schema, table.view)
    if not found:
        yield Finding(f"{places.settings.new_schema}.{table.view} does not exist. First: make run")
    elif list(found.items()) != list(table.columns):
        yield Finding(f"{table.view} has other columns than {table.name}: {found}. First: make run")


def _check_own(places: Places) -> Iterator[Finding]:
    """The migration's own tables: that nothing else has their names."""
    own = places.settings.own_schema
    names = places.warehouse.names(own)
    for table, columns in places.state.columns().items():
        if table in names and list(places.warehouse.columns(own, table)) != columns:
            yield Finding(
                f"{own}.{table} has other columns than the migration's own: it is of somebody else, or of another version of"
                " this program (go back with that version first). Rename it"
            )
