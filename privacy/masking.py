"""A person who asked to be erased is gone from answers at once: pseudonyms in every personal text of what is served.

Totals stay as they are, because no row is left out. The mask lasts from the request to the publication after the
erasure; its pseudonym is not the one that the warehouse will have. It finds people as the erasure does, and what it costs
to look at a text does not grow with the people who wait.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from persons.identifiers import ANYWHERE, BY_NAME, ColumnKind, Found, Identifier
from persons.matching import Matching, keys_of_people, sizes_of
from persons.written import HASH, SLUG, Key
from privacy.jobs import Job
from privacy.subject import Subject


@dataclass(frozen=True)
class Hidden:
    """Somebody who waits. What names them is worked out once, however often others ask to be erased beside them."""

    core: str
    """Of what is shown instead."""
    texts: tuple[str, ...]
    """What names them."""

    @cached_property
    def identifiers(self) -> list[Identifier]:
        """Return what names them, with what it is."""
        return subject_of(self.texts).identifiers()

    @cached_property
    def known(self) -> dict[Key, Found]:
        """Return what they are found by."""
        return keys_of_people({self.core: self.identifiers})

    @cached_property
    def slug_sizes(self) -> frozenset[int]:
        """Return of how many words their addresses are, without marks."""
        return sizes_of(self.known, SLUG)

    @cached_property
    def name_sizes(self) -> frozenset[int]:
        """Return of how many words their names are."""
        return sizes_of(self.known, BY_NAME)

    @cached_property
    def row_keys(self) -> tuple[str, ...]:
        """Return what may stand whole where marts have the keys of rows: their ids, and plain hashes of their addresses."""
        hashes = sorted(text for kind, text in self.known if kind == HASH)
        found = dict.fromkeys((*self.texts, *hashes))
        return tuple(text for text in found if len(text) == 32 and text.isalnum())

    @cached_property
    def digest(self) -> bytes:
        """Return what is another one for anybody else."""
        return hashlib.sha256(repr((self.core, self.texts)).encode()).digest()


@dataclass(frozen=True)
class Mask:
    """Who is hidden in answers; empty when no erasure waits."""

    people: tuple[Hidden, ...] = ()
    secret: str = field(default="", repr=False)
    """Nobody knows it who reads answers; what it is made of is the same for all who serve them."""

    def __bool__(self) -> bool:
        return bool(self.people)

    @cached_property
    def version(self) -> str:
        """Return a name for the mask: another one means other answers from the same snapshot."""
        content = b"".join(one.digest for one in self.people)
        return hashlib.sha256(content).hexdigest()[:16] if content else ""

    @property
    def row_keys(self) -> list[str]:
        """Return what may stand whole where marts have the keys of rows."""
        return [text for one in self.people for text in one.row_keys]

    def hidden(self, cells: Iterable[str]) -> dict[str, str]:
        """Return what is shown instead of those of the cells that name somebody."""
        shown = ((cell, self._shown(cell)) for cell in cells)
        return {cell: instead for cell, instead in shown if instead != cell}

    def _shown(self, cell: str) -> str:
        """Return a cell without the people: an id or a name as a whole, an address wherever it stands."""
        instead = self._matching.cell(cell, ColumnKind.ID, ANYWHERE)
        if instead != cell:
            return instead
        return self._matching.name(cell) or self._matching.text(cell)

    @cached_property
    def _matching(self) -> Matching:
        return _Anybody(self.people)


class _Anybody(Matching):
    """Everybody who waits. A long text is read as a whole: to look in it for a thousand people's spots takes longer."""

    def __init__(self, people: Sequence[Hidden]) -> None:
        self._known: dict[Key, Found] = {}
        for one in reversed(people):  # of two the first decides
            self._known.update(one.known)
        self.slug_sizes = frozenset().union(*(one.slug_sizes for one in people))
        self.name_sizes = frozenset().union(*(one.name_sizes for one in people))

    def look(self, key: Key) -> Found | None:
        return self._known.get(key)


NOBODY = Mask()


def mask_of(waiting: Iterable[Job], before: Mask = NOBODY) -> Mask:
    """Return the mask of erasures that wait; whom one of before hides is taken from it."""
    jobs = tuple(waiting)
    held = {(one.core, one.texts): one for one in before.people}
    people = tuple(
        held.get((job.shown_as, job.identifiers)) or Hidden(job.shown_as, job.identifiers)
        for job in jobs
    )
    # Whoever asked knows the id of their own job, of 128 random bits, and whom it is about.
    ids = "".join(job.job_id for job in jobs)
    return Mask(people, hashlib.sha256(f"keys of rows\0{ids}".encode()).hexdigest())


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
