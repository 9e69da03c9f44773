"""Every finding in full, a line each: `python -m serving summary --findings [CHECK]`.

The summary gives an example of each check. Whoever is to repair rows, cells of a sheet say, needs all of them.
"""

from itertools import groupby

import duckdb

from serving.summary import opened, rows_of
from warehouse.snapshot import Snapshot

NOTE = "note"


def every_finding(snapshot: Snapshot, check: str) -> list[str]:
    """Return the lines, of one check where it is named; notes only then, as nobody has to do anything about them."""
    with duckdb.connect() as connection:
        if not opened(connection, snapshot)["findings"]:
            return ["findings: this snapshot holds no results of checks"]
        rows = rows_of(connection, "every_finding")
    shown = [row for row in rows if (row[0] == check if check else row[1] != NOTE)]
    if not shown:
        there = ", ".join(sorted({str(row[0]) for row in rows})) or "none"
        return [f"findings: no finding of {check or 'any check'}; checks that have some: {there}"]
    lines: list[str] = []
    for (name, owner, remedy), group in groupby(shown, lambda row: (row[0], row[4], row[5])):
        lines += ["", f"{name}   owner: {owner or 'nobody yet'}"]
        lines += [f"  {status}  {day or '-'}  {finding}" for _, status, day, finding, *_ in group]
        lines += [f"  what to do: {remedy}"] if remedy else []
    return lines[1:]
