"""The snapshot that answers come from, followed when a new one is published."""

import asyncio
import logging
from collections.abc import Callable, Iterable
from pathlib import Path

from privacy import jobs
from privacy.masking import NOBODY, mask_of
from serving.api.answers import Answers, Question
from serving.api.intact import Intact
from serving.api.problems import named
from serving.api.view import View
from warehouse.snapshot import POINTER, SnapshotError, open_current

POLL_SECONDS = 1.0
WARMED_ANSWERS = 500
SECONDS_BEFORE_NEW = 5.0
"""How long a new snapshot may wait until what will be asked of it is answered."""
SECONDS_BEFORE_HIDING = 1.0
"""The same, where the snapshot is the one that is served and somebody more is to be hidden in it."""
Ahead = Callable[[View], Iterable[Question]]
"""What will be asked of a snapshot, though nobody has asked it of the one before."""
_log = logging.getLogger(__name__)


class Follower:
    """Opens the newest snapshot and replaces the view when the pointer changes."""

    def __init__(
        self,
        publish_dir: Path,
        state_dir: Path,
        when_asked: Callable[[Iterable[jobs.Job]], object] = list,
        ahead: Ahead = lambda _view: (),
    ) -> None:
        """Open nothing yet.

        Args:
            publish_dir: Where snapshots are.
            state_dir: Where erasures are.
            when_asked: Told who waits to be erased, whenever that has changed.
            ahead: Says what is answered before a new snapshot is served.
        """
        self._publish_dir, self._when_asked, self._ahead = publish_dir, when_asked, ahead
        self.erasures = jobs.Register(state_dir)
        self._seen: tuple[object, ...] | None = None
        self._mask = NOBODY
        self._waiting: tuple[jobs.Job, ...] = ()
        self._blind: str | None = "nobody has looked for erasures yet"
        self._intact = Intact()
        self._looking = asyncio.Lock()
        self._changed = asyncio.Event()
        self.answers: Answers | None = None
        """Those of the view that is served now."""
        self.trouble: str | None = "nothing was opened yet"
        self.n_failures = 0

    @property
    def current(self) -> View | None:
        """Return the view that is served now."""
        return self.answers.view if self.answers else None

    async def follow(self, seconds: float = POLL_SECONDS) -> None:
        """Look at the pointer again and again."""
        while True:
            await self.look()
            await asyncio.sleep(seconds)

    @property
    def exposes(self) -> str | None:
        """Say why an answer could show somebody who asked to be erased; None when all of them are hidden."""
        if self._blind is None and self.current and self.current.mask.version != self._mask.version:
            return "the snapshot cannot be opened again to hide whom the newest erasure is about"
        return self._blind

    async def look(self) -> None:
        """Open what the pointer names, if that is new; a snapshot that cannot be opened changes nothing."""
        async with self._looking:
            # Before the snapshot: a person is hidden until the snapshot without the person is there.
            await asyncio.to_thread(self._look_for_erasures)
            await self._look_for_snapshot()

    async def _look_for_snapshot(self) -> None:
        pointer = _signature(self._publish_dir / POINTER)
        signature = pointer and (pointer, self._mask.version)
        if signature is not None and signature == self._seen:
            return
        try:
            asked = self.answers.asked_again(WARMED_ANSWERS) if self.answers else []
            answers = await asyncio.to_thread(self._open, self.current, asked)
        except Exception as error:
            # Publishing may have removed the folder between two steps: the next look will find the next one.
            self.n_failures += 1
            # An engine's words quote SQL, and with it whom the mask hides.
            words = str(error) if isinstance(error, SnapshotError) else named(error)
            if words != self.trouble:
                _log.warning("the published snapshot cannot be opened: %s", words)
            self.trouble = words
            return
        self._seen, self.trouble = signature, None
        if self.current is None or answers.view.edition != self.current.edition:
            self.answers = answers
            changed, self._changed = self._changed, asyncio.Event()
            changed.set()

    async def changed(self, edition: str | None, seconds: float) -> View | None:
        """Wait for another edition than this one; None when there is none within the time."""
        event = self._changed
        if self.current is not None and self.current.edition != edition:
            return self.current
        try:
            await asyncio.wait_for(event.wait(), seconds)
        except TimeoutError:
            return None
        return self.current

    def _look_for_erasures(self) -> None:
        """Learn who must be hidden; while that cannot be read, those who were known stay hidden."""
        try:
            waiting = self.erasures.look()
            if waiting != self._waiting:
                self._mask, self._waiting = mask_of(waiting, self._mask), waiting
                self._when_asked(waiting)
            self._blind = None
        except (jobs.UnreadableJobError, OSError) as error:
            if self._blind != str(error):
                _log.error("%s Nothing that could show a person is answered.", error)
            self._blind = str(error)

    def _open(self, before: View | None, asked: list[Question]) -> Answers:
        snapshot = open_current(self._publish_dir)
        is_known = before is not None and before.snapshot_id == snapshot.snapshot_id
        cells = before.cells if before and is_known else None
        view = View(snapshot, self._mask, cells=cells, intact=self._intact)
        answers = Answers(view)
        if before is not None and before.edition != view.edition:
            # What is asked often is answered before the switch, so that nobody waits for it after.
            if is_known:
                answers.prepare(asked, SECONDS_BEFORE_HIDING)
            else:
                answers.prepare([*self._ahead(view), *asked], SECONDS_BEFORE_NEW)
        return answers


def _signature(path: Path) -> tuple[int, ...] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size
