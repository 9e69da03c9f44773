"""The service and `python -m serving tokens` where `STATE_URL` or `PUBLISH_URL` is set (ADR 0071).

What is published is brought when it changes; the pointer comes last, so that the follower of the snapshot opens what is whole.
What the service writes (audit log, sessions, erasures that are asked for) is a part of its own, and nobody is told that something is
written before it is there. Whoever begins to serve takes that part over: the one before can write nothing more, and answers nothing
that has to be accounted for. Tokens are made elsewhere and taken over from there, and so is what runs have erased.
"""

import contextlib
import logging
import os
import secrets
import sys
import threading
from collections.abc import Iterator

from privacy import exchange
from privacy.tokens import TokenStore
from serving.config import Settings
from warehouse.remote import generations
from warehouse.remote.checkpoints import settle_with
from warehouse.remote.errors import OvertakenError, RemoteError
from warehouse.remote.held import (
    ACCESS,
    OF_THIS_MACHINE,
    RUN,
    SERVICE,
    STATE,
    Kept,
    file_of,
    read_kept,
)
from warehouse.remote.lease import Lease
from warehouse.remote.place import Place, below
from warehouse.remote.tree import MARK, Tree, bring, put_back

LOOK_SECONDS = 5.0
TIDY_EVERY = 50
"""Old generations are removed every so many: one is made with every line of the audit log."""
PIECE_BYTES = 256 * 1024
"""Of the log only the end is sent again, so its pieces are small."""
TOKENS = "state/tokens.json"
_log = logging.getLogger(__name__)


@contextlib.contextmanager
def followed(settings: Settings) -> Iterator[None]:
    """Serve what is elsewhere, where it is; else do nothing.

    Raises:
        ConfigError: A setting is wrong.
        RemoteError: The service's own part of the state cannot be brought.
    """
    if not (os.environ.get("STATE_URL", "").strip() or os.environ.get("PUBLISH_URL", "").strip()):
        yield
        return
    kept = read_kept(os.environ)
    following = Following(settings, kept)
    following.begin()
    ended = threading.Event()

    def go_on() -> None:
        while not ended.wait(LOOK_SECONDS):
            following.look()

    thread = threading.Thread(target=go_on, name="elsewhere", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join(timeout=10)
        settle_with(None)


def _part(settings: Settings, url: str, part: str, place: Place) -> tuple[Tree, Place]:
    folder = settings.state_dir
    tree = Tree(
        setting=STATE,
        url=f"{url}/{part}",
        mark=folder / MARK,
        roots={"state": folder},
        leaves_out=_is_none_of_the_services,
        piece_bytes=PIECE_BYTES,
    )
    return tree, below(place, part)


def _is_none_of_the_services(name: str) -> bool:
    return OF_THIS_MACHINE.search(name) is not None or name.startswith("warehouse.duckdb")


class Following:
    """What is there, as this process knows it."""

    def __init__(self, settings: Settings, kept: Kept) -> None:
        self._settings, self._kept = settings, kept
        self._state = None
        if kept.place is not None:
            url = os.environ["STATE_URL"].strip()
            self._state = _part(settings, url, SERVICE, kept.place)
        self._one_at_a_time = threading.Lock()
        self._counting = threading.Lock()
        self._n_asked = self._n_settled = self._n_put = 0
        self._overtaken: OvertakenError | None = None
        self._has_to_forget = False
        self._seen: dict[str, int] = {}
        self._trouble: str | None = None

    def begin(self) -> None:
        """Bring everything, and take over what the service writes."""
        if self._state is not None:
            self._take_over(*self._state)
            settle_with(self.settle)
        self.look()

    def _take_over(self, tree: Tree, place: Place) -> None:
        for _ in range(20):
            bring(tree, place)
            # Another generation than that of whoever served before, whose next one will therefore be refused.
            self._settings.state_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
            (self._settings.state_dir / "instance").write_text(secrets.token_hex(8))
            with contextlib.suppress(OvertakenError):
                put_back(tree, place)
                return
        raise RemoteError(f"{STATE}: somebody else writes the service's part again and again.")

    def settle(self) -> None:
        """Put back what was written; who asks while that is being done waits for the next time, which is for all of them.

        Raises:
            RemoteError: It could not be put there.
        """
        if self._state is None:
            return
        with self._counting:
            self._n_asked += 1
            mine = self._n_asked
        with self._one_at_a_time:
            if self._n_settled >= mine:
                return
            if self._overtaken is not None:
                raise self._overtaken
            with self._counting:
                so_far = self._n_asked
            self._n_put += 1
            try:
                put_back(*self._state, tidies=self._n_put % TIDY_EVERY == 0)
            except OvertakenError as error:
                self._overtaken = error
                _log.error("another instance serves now: nothing more is written by this one")
                raise
            self._n_settled = so_far

    def look(self) -> None:
        """Bring what has changed. What cannot be brought is said once, and what is here stays."""
        try:
            run = self._new_generation(RUN)
            # A job that a run has closed is taken over after the snapshot that the run published before it closed the job.
            self._bring_published()
            if run is not None:
                self._take_from_run(*run)
            access = self._new_generation(ACCESS)
            if access is not None:
                self._take_tokens(*access)
        except (RemoteError, OSError) as error:
            if str(error) != self._trouble:
                _log.warning("what is published or done elsewhere cannot be followed: %s", error)
            self._trouble = str(error)
        else:
            self._trouble = None

    def _new_generation(self, part: str) -> tuple[Place, generations.Generation] | None:
        """Return a part's newest generation, where it is another one than the last that was taken over."""
        if self._kept.place is None:
            return None
        place = below(self._kept.place, part)
        if generations.newest_number(place) == self._seen.get(part, 0):
            return None
        return place, generations.newest(place)

    def _bring_published(self) -> None:
        if self._kept.published is None:
            return
        tree, place = self._kept.published
        if generations.newest_number(place) != self._seen.get("published", 0):
            self._seen["published"] = bring(tree, place).number

    def _take_from_run(self, place: Place, head: generations.Generation) -> None:
        state_dir = self._settings.state_dir
        start = f"state/{exchange.CLOSED_FOLDER}"
        known = exchange.closed_here(state_dir)
        new = {
            name: generations.content(place, entry)
            for name, entry in head.files.items()
            if name.startswith(start) and name.removeprefix(start) not in known
        }
        # Until it is done: what was taken over is not new any more when the store answers again.
        self._has_to_forget |= bool(new)
        exchange.take_closed(state_dir, new)
        if self._has_to_forget and self._state is not None:
            # Who was erased stands in the requests of before.
            with self._one_at_a_time:
                if self._overtaken is None:
                    put_back(*self._state, forget_before=True)
            self._has_to_forget = False
        waiting = head.files.get(f"state/{exchange.WAITING_FILE}")
        if waiting is not None:
            lines = generations.content(place, waiting)
            exchange.take_waiting(state_dir, lines, knows_better=True)
        self._seen[RUN] = head.number

    def _take_tokens(self, place: Place, head: generations.Generation) -> None:
        entry = head.files.get(TOKENS)
        if entry is not None:
            TokenStore(self._settings.state_dir).take_over(generations.content(place, entry))
        self._seen[ACCESS] = head.number


@contextlib.contextmanager
def tokens_held(settings: Settings) -> Iterator[None]:
    """Hold the tokens while a command changes them, where they are elsewhere; else do nothing.

    Raises:
        BusyError: Another command holds them.
        RemoteError: They cannot be brought or put back.
    """
    url = os.environ.get("STATE_URL", "").strip()
    if not url:
        yield
        return
    kept = read_kept(os.environ)
    assert kept.place is not None  # noqa: S101 - the address was given
    tree, place = _part(settings, url, ACCESS, kept.place)
    lease = Lease(place, what="serving tokens", lasts=kept.lock_seconds)
    lease.take(kept.wait_seconds, lambda who: _say(f"waiting: {who} is writing"))
    try:
        bring(tree, place)
        # The service revokes those of people who asked to be erased.
        of_service = file_of(os.environ, SERVICE, TOKENS)
        if of_service is not None:
            TokenStore(settings.state_dir).take_over(of_service)
        yield
        lease.check()
        put_back(tree, place)
    finally:
        lease.release()


def _say(words: str) -> None:
    sys.stderr.write(f"tokens: {words}\n")
