"""What a program does when `STATE_URL` or `PUBLISH_URL` is set: take the lock, bring the files, run, put them back.

    STATE_URL/run/         lock, generations, objects: what a run needs from the last one, and the warehouse where it is a file
    STATE_URL/service/     the same of what the service writes (`warehouse/remote/service.py`)
    STATE_URL/access/      the same of tokens that are made on a command line
    PUBLISH_URL/           generations, objects: the published snapshot

A program that another one has started (`run` starts extract, build and publish) works on the files that are here already.
"""

import contextlib
import os
import re
import signal
import sys
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from warehouse.origin import origin_file
from warehouse.remote import generations
from warehouse.remote.lease import Lease
from warehouse.remote.place import Place, below, open_place
from warehouse.remote.tree import MARK, Tree, bring, put_back
from warehouse.settings import (
    ConfigError,
    WarehouseSettings,
    positive,
    read_environment,
    read_warehouse_settings,
)
from warehouse.snapshot import POINTER

STATE, PUBLISHED = "STATE_URL", "PUBLISH_URL"
RUN, SERVICE, ACCESS = PARTS = "run", "service", "access"
IS_HELD = "STATE_IS_HELD"
"""Set for programs that a program has started which holds the lock."""
CLOSED = "state/erasures/closed/"
"""Below it stand the certificates of erasures: with a new one, somebody is gone from what is put back."""
OF_THIS_MACHINE = re.compile(
    r"(^|/)(\.lock|\.requests|\.tokens\.lock|\.notify\.lock|\.generation\.json|[^/]*-erasing/.*|\.[^/]*-rewritten/.*)$|\.(new|fetched)$"
)
"""Locks, what is being written, and the copy that an erasure works on, which it makes anew."""
_NOT_PUBLISHED = re.compile(r"^(\.lock$|\.partial-|current\.duckdb)|\.(new|fetched)$")


@dataclass(frozen=True)
class Kept:
    """Where everything is, there and here."""

    place: Place | None
    """Where `STATE_URL` leads."""
    state: tuple[Tree, Place] | None
    published: tuple[Tree, Place] | None
    wait_seconds: int
    lock_seconds: int


def read_kept(environ: Mapping[str, str]) -> Kept:
    """Return what the environment says.

    Raises:
        ConfigError: A value cannot be used, or one is missing that these need.
    """
    env = read_environment(environ)
    place = state = published = None
    if url := env.get(STATE):
        if "PRIVACY_KEY" not in env:
            raise ConfigError(
                f"PRIVACY_KEY: must be set where {STATE} is: a key that lies beside what it seals protects nothing."
            )
        place = open_place(STATE, url)
        state = _state_tree(env, url), below(place, RUN)
    if url := env.get(PUBLISHED):
        of_state = {f"{env[STATE].rstrip('/')}/{part}" for part in PARTS} if STATE in env else set()
        if url.rstrip("/") in of_state:
            raise ConfigError(
                f"{PUBLISHED}: needs a place of its own: a part of the state lies where it leads."
            )
        folder = Path(env.get("PUBLISH_DIR", "data/published"))
        tree = Tree(
            setting=PUBLISHED,
            url=url,
            mark=folder / MARK,
            roots={"published": folder},
            leaves_out=lambda name: _NOT_PUBLISHED.search(name) is not None,
            pointer=f"published/{POINTER}",
        )
        published = tree, open_place(PUBLISHED, url)
    return Kept(
        place,
        state,
        published,
        positive("STATE_WAIT_SECONDS", env.get("STATE_WAIT_SECONDS", "600")),
        positive("STATE_LOCK_SECONDS", env.get("STATE_LOCK_SECONDS", "60")),
    )


def _state_tree(env: Mapping[str, str], url: str) -> Tree:
    settings = WarehouseSettings(**read_warehouse_settings(env))
    folder = Path(env.get("STATE_DIR", "data/state"))
    return Tree(
        setting=STATE,
        url=url,
        mark=folder / MARK,
        roots={
            "warehouse": settings.duckdb_path,
            "warehouse.wal": Path(f"{settings.duckdb_path}.wal"),
            "built": settings.build_marker,
            "origin": origin_file(settings),
            "dlt": Path(env.get("PIPELINES_DIR", "data/dlt")),
            "state": folder,
        },
        leaves_out=lambda name: OF_THIS_MACHINE.search(name) is not None,
        limit_mib=positive("STATE_LIMIT_MIB", env.get("STATE_LIMIT_MIB", "2048")),
    )


class Holding:
    """What a program holds while it runs."""

    def __init__(self, kept: Kept, lease: Lease | None = None) -> None:
        self._kept, self._lease = kept, lease

    @property
    def is_lost(self) -> bool:
        """Say whether another run may write by now."""
        return self._lease is not None and self._lease.is_lost

    def put_back(self) -> None:
        """Put what has changed back: readers' files first, so that the state never says what they do not have.

        Raises:
            RemoteError: It could not be; what stands there is whole, and of before.
        """
        someone_went = False
        if self._kept.state is not None:
            tree, place = self._kept.state
            here = {name for name in tree.files() if name.startswith(CLOSED)}
            there = set(generations.newest(place).files)
            someone_went = not here <= there
        for kept in (self._kept.published, self._kept.state):
            if kept is not None:
                if self._lease is not None:
                    self._lease.check()
                put_back(*kept, forget_before=someone_went)


def file_of(environ: Mapping[str, str], part: str, name: str) -> bytes | None:
    """Return a file of another part's newest generation; None where there is no other part, or no such file in it.

    Raises:
        RemoteError: It cannot be read.
    """
    kept = read_kept(environ)
    if kept.place is None:
        return None
    place = below(kept.place, part)
    entry = generations.newest(place).files.get(name)
    return None if entry is None else generations.content(place, entry)


_LOST = signal.SIGUSR1
_holding: Holding | None = None


def checkpoint() -> None:
    """Put back what the program has done so far, where anything is to be put back.

    Raises:
        RemoteError: It could not be.
    """
    if _holding is not None:
        _holding.put_back()


def is_lost() -> bool:
    """Say whether this program held the lock and lost it."""
    return _holding is not None and _holding.is_lost


@contextlib.contextmanager
def holding(program: str, environ: Mapping[str, str]) -> Iterator[None]:
    """Hold the state while a program runs that changes it, and put it back with whatever code the program ends.

    Raises:
        BusyError: Another run holds it, for longer than this one was to wait.
        ConfigError: A setting is wrong.
        RemoteError: Something could not be brought or put back.
    """
    global _holding
    kept = read_kept(environ)
    if environ.get(IS_HELD):
        _holding = Holding(kept)
        yield
        return
    with contextlib.ExitStack() as stack:
        lease = None
        if kept.state is not None:
            lease = Lease(kept.state[1], what=program, lasts=kept.lock_seconds)
            lease.take(kept.wait_seconds, lambda who: _say(program, f"waiting: {who} is writing"))
            stack.enter_context(_interruptible())
            stack.callback(lease.release)
            lease.keep(_interrupt)
        for one in (kept.published, kept.state):
            if one is not None:
                _bring(program, *one)
        _holding = Holding(kept, lease)
        os.environ[IS_HELD] = "1"
        try:
            yield
            checkpoint()
        except KeyboardInterrupt:
            checkpoint()  # which says so, where it was the lock that was lost and not somebody who stopped it
            raise
        finally:
            os.environ.pop(IS_HELD, None)
            _holding = None


@contextlib.contextmanager
def reading(program: str, environ: Mapping[str, str]) -> Iterator[None]:
    """Bring what is published before a program reads it. Needs no lock: what a generation names does not change."""
    kept = read_kept(environ)
    if kept.published is not None and not environ.get(IS_HELD):
        _bring(program, *kept.published)
    yield


def _bring(program: str, tree: Tree, place: Place) -> None:
    head = bring(tree, place)
    if head.number:
        _say(program, f"{tree.setting}: generation {head.number}, {len(head.files)} files")
    else:
        _say(program, f"{tree.setting}: nothing there yet; what is here becomes the first")


@contextlib.contextmanager
def _interruptible() -> Iterator[None]:
    """End the program as from a keyboard when it is told by `_interrupt`, also where a shell has it ignore keyboards."""
    if threading.current_thread() is not threading.main_thread():
        yield  # a thread of tests: nobody can interrupt it, and it finds out when it puts back
        return
    before = signal.signal(_LOST, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(_LOST, before)


def _interrupt() -> None:
    # It ends what waits for a child, too.
    if signal.getsignal(_LOST) is signal.default_int_handler:
        os.kill(os.getpid(), _LOST)


def _say(program: str, words: str) -> None:
    sys.stderr.write(f"{program}: {words}\n")
