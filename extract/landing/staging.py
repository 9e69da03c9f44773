"""The temporary place of a backfill: what is read stays on disk until all of it is read and checked.

It lies in the loader's working folder, bound to one warehouse, and is left by a run that is killed: the next one with the
same first day goes on from it. `state.json` is replaced after each part, so a file that it does not name was not finished.
An erasure of a person removes the working folder and this with it.
"""

import datetime as dt
import hashlib
import json
import os
import shutil
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path

from extract.landing.contracts import Table
from extract.landing.coverage import Covered
from extract.landing.sink import Partition

Part = tuple[str, str]
STATE = "state.json"
KEPT_FOR = dt.timedelta(days=7)
"""What is older is read anew: it would speak of a time that is long gone."""


@dataclass
class Stage:
    """What a backfill has read so far."""

    folder: Path
    since: dt.date
    contracts: str
    began_at: dt.datetime
    kept_at: dict[int, dt.datetime] = field(default_factory=dict)
    """When the files of each number were finished."""
    n_read: dict[str, int] = field(default_factory=dict)
    reached: dict[Part, Partition] = field(default_factory=dict)
    covered: dict[Part, Covered] = field(default_factory=dict)

    def keep(
        self,
        numbers: Iterable[int],
        n_read: dict[str, int],
        reached: dict[Part, Partition],
        covered: dict[Part, Covered],
    ) -> None:
        """Note what was read since the last time; from now on a killed run need not read it again."""
        now = dt.datetime.now(dt.UTC)
        self.kept_at |= dict.fromkeys(numbers, now)
        for name, n_rows in n_read.items():
            self.n_read[name] = self.n_read.get(name, 0) + n_rows
        self.reached |= reached
        self.covered |= covered
        self._write()

    def _write(self) -> None:
        text = json.dumps(
            {
                "since": self.since.isoformat(),
                "contracts": self.contracts,
                "began_at": self.began_at.isoformat(),
                "kept_at": {number: at.isoformat() for number, at in self.kept_at.items()},
                "n_read": self.n_read,
                "reached": [[*part, asdict(one)] for part, one in self.reached.items()],
                "covered": [
                    [*part, one.since.isoformat(), one.until.isoformat()]
                    for part, one in self.covered.items()
                ],
            }
        )
        fresh = self.folder / f"{STATE}.new"
        with fresh.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self.folder / STATE)

    def forget(self) -> None:
        """Remove everything: it is merged, or of no use."""
        shutil.rmtree(self.folder, ignore_errors=True)


def opened(folder: Path, since: dt.date, tables: Iterable[Table]) -> Stage:
    """Return what is left of a backfill since the same day and of the same contracts, or an empty place.

    Files that were not finished are removed.
    """
    known = _known(folder)
    contracts = _digest(tables)
    now = dt.datetime.now(dt.UTC)
    if (
        known is None
        or (known.since, known.contracts) != (since, contracts)
        or now - known.began_at > KEPT_FOR
    ):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True, mode=0o700)
        return Stage(folder, since, contracts, now)
    for file in folder.rglob("*.parquet"):
        if not file.stem.isdecimal() or int(file.stem) not in known.kept_at:
            file.unlink()
    return known


def _known(folder: Path) -> Stage | None:
    try:
        found = json.loads((folder / STATE).read_text(encoding="utf-8"))
        return Stage(
            folder,
            dt.date.fromisoformat(found["since"]),
            found["contracts"],
            dt.datetime.fromisoformat(found["began_at"]),
            {int(n): dt.datetime.fromisoformat(at) for n, at in found["kept_at"].items()},
            found["n_read"],
            {(table, part): Partition(**one) for table, part, one in found["reached"]},
            {
                (table, scope): Covered(
                    dt.date.fromisoformat(first), dt.datetime.fromisoformat(last)
                )
                for table, scope, first, last in found["covered"]
            },
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _digest(tables: Iterable[Table]) -> str:
    text = "\n".join(f"{table.name} {table.key} {table.spool_schema}" for table in tables)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
