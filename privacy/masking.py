"""A person who asked to be erased is gone from answers at once: pseudonyms in every text column of what is served.

Totals stay as they are, because no row is left out. The mask lasts from the request to the publication after the
erasure; its pseudonym is not the one that the warehouse will have.
"""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from persons.identifiers import Kind, Label, pseudonym
from privacy.jobs import Job, pending
from privacy.subject import Subject


@dataclass(frozen=True)
class Mask:
    """What replaces whom in answers; empty when no erasure waits."""

    pairs: tuple[tuple[str, str], ...] = ()
    """Identifiers, as SQL compares them, with what is shown instead."""

    @property
    def version(self) -> str:
        """Return a name for the mask: another one means other answers from the same snapshot."""
        return hashlib.sha256(repr(self.pairs).encode()).hexdigest()[:16] if self.pairs else ""

    def expression(self, column: str) -> str:
        """Return DuckDB's SQL for a quoted text column, masked."""
        if not self.pairs:
            return column
        probe = "|".join(re.escape(found) for found, _ in self.pairs)
        result = column
        for found, shown in self.pairs:
            # As in the erasure: letters and digits that stand alone, not a part of another address.
            pattern = rf"(^|[^\pL\pN.+]){re.escape(found)}($|[^\pL\pN])"
            instead = rf"\1{shown}\2"
            # Twice: what separates two of them belongs to the first find, and RE2 cannot look ahead.
            for _ in range(2):
                result = f"regexp_replace({result}, {_text(pattern)}, {_text(instead)}, 'gi')"
        return (
            f"case when regexp_matches(lower({column}), {_text(probe)}) then {result}"
            f" else {column} end"
        )


NOBODY = Mask()


def mask_of(state_dir: Path) -> Mask:
    """Return the mask of all erasures that wait."""
    pairs: dict[str, str] = {}
    for job in pending(state_dir):
        for identifier in subject_of(job).identifiers():
            label = identifier.label
            if label.kind is Kind.NAME:
                label = Label(Kind.NAME)
            pairs.setdefault(identifier.text.lower(), pseudonym(label, job.shown_as))
    # The longest first: an address before its part.
    return Mask(tuple(sorted(pairs.items(), key=lambda pair: (-len(pair[0]), pair))))


def subject_of(job: Job) -> Subject:
    """Return what a waiting job knows of its person."""
    subject = Subject()
    for text in job.identifiers:
        if "@" in text:
            subject.emails.append(text)
        elif " " in text:
            subject.names.append(text)
        else:
            subject.ids.append(text)
    return subject


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
