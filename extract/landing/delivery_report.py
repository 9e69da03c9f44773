"""What a run says of delivered files: which are loaded, how many rows they had, what is wrong with them."""

from collections.abc import Iterable, Sequence

from extract.landing.deliveries import Converted, Delivery
from extract.landing.ledger import Ledger
from extract.landing.progress import TableResult
from extract.landing.resource import Resource

NAMED_FILES = 3
"""So many files are named in a sentence; the others are counted."""


def is_loaded(file: Delivery, ledger: Ledger) -> bool:
    """Tell whether the warehouse has a file as it is now."""
    entry = ledger.get((file.table.name, file.file_id))
    return entry is not None and entry.content_hash == file.fingerprint


def still_quarantined(
    source: str, resource: Resource, held: Iterable[Delivery], ledger: Ledger
) -> list[str]:
    """Say again what is still wrong with files that are still there and were not mended."""
    bad = [file for file in held if ledger[file.table.name, file.file_id].n_quarantined]
    if not bad:
        return []
    return [
        f"{source}: rows of {_named(bad)} are still in raw_{source}.quarantine. Write the files "
        f"again without the faults, or take them out of {resource.delivered_to}."
    ]


def count(total: TableResult, resource: Resource, converted: Sequence[Converted]) -> list[str]:
    """Count what was read of a table's files; return what went wrong."""
    if not converted:
        return []
    total.n_rows_read = sum(one.n_read for one in converted)
    total.n_partitions_changed = sum(not one.reason for one in converted)
    total.n_quarantined = sum(one.n_quarantined for one in converted)
    problems = []
    for one in converted:
        if one.reason:
            problems.append(
                f"{total.source}: {one.delivery.name}: {one.reason}. Nothing of it is loaded; write it "
                f"again, or take it out of {resource.delivered_to}."
            )
            total.status = "failed"
            # The warehouse keeps no file's name, which can hold a person's.
            total.error = f"file {one.delivery.file_id}: {one.reason}"
    bad = [one for one in converted if one.n_quarantined and not one.reason]
    if bad:
        problems.append(
            f"{total.source}.{total.table}: {sum(one.n_quarantined for one in bad)} rows of "
            f"{_named([one.delivery for one in bad])} went to raw_{total.source}.quarantine. The other "
            f"rows are loaded. First of {bad[0].delivery.name}: {bad[0].first}."
        )
    return problems


def _named(files: Sequence[Delivery]) -> str:
    names = ", ".join(file.name for file in files[:NAMED_FILES])
    more = len(files) - NAMED_FILES
    return names + (f" and {more} more files" if more > 0 else "")
