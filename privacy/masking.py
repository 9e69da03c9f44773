"""A person who asked to be erased is gone from answers at once: pseudonyms in every personal text of what is served.

Totals stay as they are, because no row is left out. The mask lasts from the request to the publication after the
erasure; its pseudonym is not the one that the warehouse will have. It finds people as the erasure does, and what it costs
to look at a text does not grow with the people who wait.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from persons.identifiers import ANYWHERE, ColumnKind, Identifier, Kind
from persons.matching import Replacement
from persons.written import digests
from privacy.jobs import Job
from privacy.subject import Subject


@dataclass(frozen=True)
class Mask:
    """Who is hidden in answers; empty when no erasure waits."""

    people: tuple[tuple[str, tuple[Identifier, ...]], ...] = ()
    """The core of what is shown instead, and the identifiers of whom it hides."""

    def __bool__(self) -> bool:
        return bool(self.people)

    @cached_property
    def version(self) -> str:
        """Return a name for the mask: another one means other answers from the same snapshot."""
        return hashlib.sha256(repr(self.people).encode()).hexdigest()[:16] if self.people else ""

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """Return every identifier, and the plain hashes of addresses, under which marts know people."""
        found: dict[str, None] = {}
        for _, identifiers in self.people:
            for one in identifiers:
                found[one.text] = None
                if one.label.kind is Kind.EMAIL:
                    found |= dict.fromkeys(sorted(digests(one.text)))
        return tuple(found)

    def hidden(self, cells: Iterable[str]) -> dict[str, str]:
        """Return what is shown instead of those of the cells that name somebody."""
        shown = ((cell, self._shown(cell)) for cell in cells)
        return {cell: instead for cell, instead in shown if instead != cell}

    def _shown(self, cell: str) -> str:
        """Return a cell without the people: an id or a name as a whole, an address wherever it stands."""
        instead = self._replacement.cell(cell, ColumnKind.ID, ANYWHERE)
        if instead != cell:
            return instead
        return self._replacement.name(cell) or self._replacement.text(cell)

    @cached_property
    def _replacement(self) -> Replacement:
        return Replacement({core: list(identifiers) for core, identifiers in self.people})


NOBODY = Mask()


def mask_of(waiting: Iterable[Job]) -> Mask:
    """Return the mask of erasures that wait."""
    return Mask(tuple((job.shown_as, tuple(_identifiers(job))) for job in waiting))


def _identifiers(job: Job) -> Iterable[Identifier]:
    yield from subject_of(job.identifiers).identifiers()


def subject_of(texts: Iterable[str]) -> Subject:
    """Return the person whom some identifiers name, as far as their look tells what they are."""
    subject = Subject()
    for text in texts:
        if "@" in text:
            subject.emails.append(text)
        elif " " in text:
            subject.names.append(text)
        else:
            subject.ids.append(text)
            subject.namespaces[text] = {ANYWHERE}
    return subject
