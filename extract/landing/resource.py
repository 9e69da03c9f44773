"""What a source is: its tables, and resources that read a unit of days, or the present state, into a sink."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from extract.config import Settings
from extract.landing.contracts import Mode, Table
from extract.landing.sink import Sink, Unit


@dataclass(frozen=True)
class Resource:
    """One thing to read. Its tables are complete together or not at all."""

    name: str
    tables: tuple[Table, ...]
    read: Callable[[Unit, Sink], None]
    days_per_call: int = 30
    earliest: dt.date | None = None
    """First day that can be asked for; earlier ones are named at the end of the run."""
    delivered_to: str | None = None
    """The setting that says where files are delivered, if its tables are KEY tables."""
    has_fallback: bool = False
    """The days that the vendor does not have are known from elsewhere, so nobody has to be told of them."""
    always: bool = False
    """Read every day of the window each time: files may speak about any day again."""

    @property
    def by_day(self) -> bool:
        """Tell whether the resource is read by days, or as a present state."""
        return self.tables[0].mode is Mode.DAY


@dataclass(frozen=True)
class Source:
    """A source; its tables are known without a credential."""

    name: str
    tables: tuple[Table, ...]
    resources: Callable[[Settings], list[Resource]]
