"""Files on this machine's disk, and the generation that they are: fetched before a program, put back after it.

    STATE_DIR/.generation.json     which generation the files came from, and how each was then; PUBLISH_DIR has its own

A file that has not been touched since is neither read nor sent again.
"""

import contextlib
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from warehouse.remote.errors import OvertakenError, RemoteError
from warehouse.remote.generations import (
    PIECE_BYTES,
    Entry,
    Generation,
    Writer,
    fetch,
    forget_old,
    newest,
)
from warehouse.remote.place import Place
from warehouse.settings import ConfigError

MARK = ".generation.json"
MEBIBYTE = 2**20


@dataclass(frozen=True)
class Tree:
    """Some folders and files that are one thing. A file below two of them is of the first."""

    setting: str
    """The variable that says where its generations lie."""
    url: str
    mark: Path
    """Where it is written which generation the files are."""
    roots: Mapping[str, Path]
    """By the name that they have in a generation; a root may be a file."""
    leaves_out: Callable[[str], bool]
    """Which paths, below their root, are of this machine only."""
    pointer: str = ""
    """The file that leads readers to the others: brought when these are there, and before others go."""
    limit_mib: int | None = None
    piece_bytes: int = PIECE_BYTES

    def files(self) -> dict[str, Path]:
        """Return the files that there are, by their name in a generation, and folders in which nothing is, with a `/` at its end.

        The loader's folder has such, and does not work without them.
        """
        found: dict[str, Path] = {}
        seen: set[Path] = {self.mark.absolute()}
        for root, start in self.roots.items():
            for path in sorted(start.rglob("*")) if start.is_dir() else [start]:
                below = path.relative_to(start).as_posix()
                if path.absolute() in seen or path.is_symlink() or self.leaves_out(below):
                    continue
                seen.add(path.absolute())
                if path.is_file():
                    found[root if below == "." else f"{root}/{below}"] = path
                elif below != "." and path.is_dir() and not any(path.iterdir()):
                    found[f"{root}/{below}/"] = path
        return found

    def path(self, name: str) -> Path:
        """Return where a file of a generation belongs.

        Raises:
            RemoteError: Outside, so the generation is not one of ours.
        """
        root, _, below = name.partition("/")
        if root not in self.roots or ".." in Path(below).parts or Path(below).is_absolute():
            raise RemoteError(f"{self.setting}: {name!r} is no file of ours.")
        return self.roots[root] / below if below else self.roots[root]


Touched = tuple[int, int, int, int]
Known = dict[str, tuple[Touched, Entry]]
"""Of files that are known to be an entry's: how they were then."""


def bring(tree: Tree, place: Place) -> Generation:
    """Make the files those of the newest generation; where there is none yet, leave them as they are, to be the first.

    Raises:
        ConfigError: There are files of something else, which nobody said to throw away.
        RemoteError: A piece is damaged or the place does not answer; the files of before are there, each whole, and the pointer
            leads to them.
    """
    for _ in range(10):
        head = newest(place)
        came, known, _ = _read_mark(tree)
        if head.number < (came or 0):
            raise RemoteError(
                f"{tree.setting}: {tree.url} shows generation {head.number}, and here is {came} of it: it answers with what was"
                f" there before, or something was removed. Nothing was changed. If {head.number} is what counts, remove {tree.mark}."
            )
        if head.number == 0:
            return head
        here = tree.files()
        if came is None and here:
            example = next(iter(here.values()))
            raise ConfigError(
                f"{tree.setting}: {tree.url} holds generation {head.number}, and here is {example}, which did not come from there."
                " Move what is here away if what is there counts; name an empty place if what is here counts."
            )
        try:
            _bring(tree, place, head, here, known)
        except FileNotFoundError:  # newer ones came meanwhile, and its pieces went
            continue
        return head
    raise RemoteError(f"{tree.setting}: {tree.url}: what is listed is not there. Run it again.")


def _bring(
    tree: Tree, place: Place, head: Generation, here: Mapping[str, Path], known: Known
) -> None:
    # Until all of it is here it is no generation; what was fetched of it need not be fetched again.
    number, now = 0, dict(known)
    try:
        for name in sorted(head.files, key=lambda name: name == tree.pointer):
            path, entry = tree.path(name), head.files[name]
            if name.endswith("/"):
                continue
            touched, was = known.get(name, (None, None))
            if was != entry or touched != _touched(path):
                fetch(place, entry, path)
                now[name] = _touched(path) or (0, 0, 0, 0), entry
        for name, path in here.items():
            if name not in head.files:
                _remove(path, tree.path(name.partition("/")[0]))
                now.pop(name, None)
        for name in head.files:
            if name.endswith("/"):
                tree.path(name).mkdir(parents=True, exist_ok=True)
        number = head.number
    finally:
        _write_mark(tree, number, now)


def _remove(path: Path, root: Path) -> None:
    """Remove a file or an empty folder, and the folders below its root that are empty without it."""
    with contextlib.suppress(OSError):  # something is in it
        if path.is_dir():
            path.rmdir()
        else:
            path.unlink()
        while path not in (root, root.parent) and path.parent != root:
            path = path.parent
            path.rmdir()


def put_back(
    tree: Tree, place: Place, *, forget_before: bool = False, tidies: bool = True
) -> Generation | None:
    """Make the files the next generation; None when they are the newest one already.

    Args:
        tree: The files.
        place: Where generations lie.
        forget_before: Somebody was erased: no generation before this one may stay.
        tidies: Remove what is old; whoever puts something back every second need not each time.

    Raises:
        OvertakenError: Somebody else has written.
        RemoteError: They are more than may be kept there, or the place does not answer.
    """
    came, known, tried = _read_mark(tree)
    head = newest(place)
    if tried and head.writer == tried:
        came = head.number
    before = head if head.number == (came or 0) else Generation(came or 0)
    writer = Writer(place, before, tree.piece_bytes)
    here = tree.files()
    _refuse_too_much(tree, here)
    now: Known = {}
    # Backwards, so that `audit.newest` is never ahead of `audit.jsonl`, which another thread may be writing.
    for name in sorted(here, reverse=True):
        path = here[name]
        touched = _touched(path)
        then, was = known.get(name, (None, None))
        with contextlib.suppress(FileNotFoundError):  # it went meanwhile
            if touched is not None:
                is_as_it_was = was is not None and was == before.files.get(name)
                if name.endswith("/"):
                    now[name] = touched, Entry(0, path.stat().st_mode & 0o777, ())
                    continue
                now[name] = (
                    touched,
                    was if is_as_it_was and was and then == touched else writer.put(path),
                )
    files = {name: entry for name, (_, entry) in now.items()}
    if files == before.files and before is head and not forget_before:
        _write_mark(tree, head.number, now)
        if tidies:
            forget_old(place, head)
        return None
    try:
        head = writer.finish(files, forget_before=forget_before)
        _write_mark(tree, head.number, now)
    except OvertakenError:
        raise
    except BaseException:
        # It may be there although no answer came: it is ours all the same, and no other has overtaken us.
        _write_mark(tree, came, known, tried=writer.name)
        raise
    if tidies:
        forget_old(place, head)
    return head


def _refuse_too_much(tree: Tree, here: Mapping[str, Path]) -> None:
    if tree.limit_mib is None:
        return
    sizes = {
        name: found.st_size
        for name, path in here.items()
        if not name.endswith("/") and (found := _stat(path))
    }
    total = sum(sizes.values())
    if total > tree.limit_mib * MEBIBYTE:
        largest = max(sizes, key=lambda name: sizes[name])
        raise RemoteError(
            f"The state is {total / MEBIBYTE:,.1f} MiB, and {tree.setting} takes {tree.limit_mib:,} (STATE_LIMIT_MIB); the largest"
            f" file is {here[largest]}. Nothing was put there. Raise the limit if memory and time allow, run on one machine"
            " with a disk, or use WAREHOUSE=bigquery."
        )


def _stat(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except OSError:
        return None


def _touched(path: Path) -> Touched | None:
    found = _stat(path)
    return found and (found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)


def _read_mark(tree: Tree) -> tuple[int | None, Known, str]:
    """Return the generation that the files came from, how each was, and the writer of whom nobody knows whether it was done.

    A mark of another place is none.
    """
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        said = json.loads(tree.mark.read_text(encoding="utf-8"))
        if said["url"] == tree.url:
            known: Known = {
                name: (
                    tuple(one["touched"]),
                    Entry(one["n_bytes"], one["mode"], tuple(one["pieces"])),
                )
                for name, one in said["files"].items()
            }
            number = said["number"]
            return None if number is None else int(number), known, said.get("tried", "")
    return None, {}, ""


def _write_mark(tree: Tree, number: int | None, known: Known, tried: str = "") -> None:
    files = {
        name: {**asdict(entry), "touched": touched} for name, (touched, entry) in known.items()
    }
    new = tree.mark.with_name(f"{tree.mark.name}.new")
    new.parent.mkdir(parents=True, exist_ok=True)
    new.write_text(
        json.dumps({"url": tree.url, "number": number, "tried": tried, "files": files}),
        encoding="utf-8",
    )
    new.replace(tree.mark)
