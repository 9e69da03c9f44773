"""What a source is made of: resources that read a unit of days, or the present state, into a sink."""

from collections.abc import Callable
from dataclasses import dataclass

from extract.contracts import Mode, Table
from extract.spool import Sink, Unit


@dataclass(frozen=True)
class Resource:
    """One thing to read. Its tables are complete together or not at all."""

    name: str
    tables: tuple[Table, ...]
    read: Callable[[Unit, Sink], None]
    days_per_call: int = 30

    @property
    def by_day(self) -> bool:
        """Tell whether the resource is read by days, or as a present state."""
        return self.tables[0].mode is Mode.DAY
