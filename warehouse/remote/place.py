"""Where generations lie: a folder, or a bucket of Google's. Nothing in it is ever changed; what is new has a new name.

The one promise that everything is built on: of several that create the same name at once, one succeeds. A folder keeps it by
`link`, a bucket by a precondition (`ifGenerationMatch=0`).
"""

import contextlib
import logging
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from warehouse.remote.errors import RemoteError
from warehouse.settings import ConfigError

BUCKETS = ("gs", "gcs")
OBJECTS = "objects"
"""Below it each writer has a folder of its own, and no other ever writes there."""
ANSWER_SECONDS = 120
"""How long a bucket may take for one request; what fails is tried again by gcsfs, six times in a minute."""


class Place(Protocol):
    """A place for small files below one address."""

    def names(self, folder: str) -> list[str]:
        """Return the files of a folder and of those in it, as paths below the folder, sorted; a missing one has none."""

    def read(self, name: str) -> bytes:
        """Return a file.

        Raises:
            FileNotFoundError: There is none.
        """

    def create(self, name: str, content: bytes) -> bool:
        """Put a file there, whole or not at all; False when there is one of this name that says something else."""

    def remove(self, name: str) -> None:
        """Remove a file, if it is there."""


class Folder:
    """A place on a disk."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def names(self, folder: str) -> list[str]:
        start = self._root / folder
        return sorted(
            path.relative_to(start).as_posix() for path in start.rglob("*") if path.is_file()
        )

    def read(self, name: str) -> bytes:
        return (self._root / name).read_bytes()

    def create(self, name: str, content: bytes) -> bool:
        path = self._root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        # Written beside it and linked: whoever is killed leaves a file that is no part of the place.
        beside = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        try:
            with beside.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.link(beside, path)
        except FileExistsError:
            return _says(self, name, content)
        finally:
            beside.unlink(missing_ok=True)
        descriptor = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        return True

    def remove(self, name: str) -> None:
        (self._root / name).unlink(missing_ok=True)
        with contextlib.suppress(OSError):  # others are in it; an empty one is nobody's
            if Path(name).parent.parent.name == OBJECTS:
                (self._root / name).parent.rmdir()


class Bucket:
    """A place in a bucket."""

    def __init__(self, url: str) -> None:
        # A second of start-up that only a bucket needs.
        from gcsfs import GCSFileSystem

        # It logs what it raises, with its stack; we say it once, in a sentence.
        logging.getLogger("gcsfs").setLevel(logging.CRITICAL)
        parts = urlsplit(url)
        self._url, self._root = url, f"{parts.netloc}/{parts.path.strip('/')}".rstrip("/")
        self._files: Any = GCSFileSystem(
            requests_timeout=ANSWER_SECONDS,
            use_listings_cache=False,
            skip_instance_cache=True,
            # An emulator has no accounts; gcsfs finds it by the same variable.
            token="anon" if os.environ.get("STORAGE_EMULATOR_HOST") else None,
        )

    def names(self, folder: str) -> list[str]:
        with self._asked():
            start = f"{self._root}/{folder}"
            try:
                found = self._files.find(start)
            except FileNotFoundError:
                return []
            return sorted(name.removeprefix(f"{start}/") for name in found if name != start)

    def read(self, name: str) -> bytes:
        with self._asked():
            return bytes(self._files.cat_file(f"{self._root}/{name}"))

    def create(self, name: str, content: bytes) -> bool:
        with self._asked():
            try:
                self._files.pipe_file(f"{self._root}/{name}", content, mode="create")
            except FileExistsError:
                # Its own answer may have been lost, and the request been made again.
                return _says(self, name, content)
            except FileNotFoundError:
                raise RemoteError(
                    f"{self._url}: there is no such bucket. Nothing was put there."
                ) from None
            return True

    def remove(self, name: str) -> None:
        with self._asked(), contextlib.suppress(FileNotFoundError):
            self._files.rm_file(f"{self._root}/{name}")

    @contextlib.contextmanager
    def _asked(self) -> Iterator[None]:
        try:
            yield
        except (FileNotFoundError, RemoteError):
            raise
        except Exception as error:
            if not _is_of_the_way(error):
                raise
            words = " ".join(str(error).split())[:200]
            raise RemoteError(
                f"{self._url} did not answer as it should ({type(error).__name__}: {words}). Nothing that stands there was"
                " changed; run it again."
            ) from error


def _is_of_the_way(error: Exception) -> bool:
    """Say whether an error is the store's or the network's; whichever library of the five underneath has raised it."""
    # A ValueError is an answer that is no JSON, or a request that gcsfs says is a bad one.
    if isinstance(error, OSError | ValueError):
        return True
    modules = {kind.__module__.split(".")[0] for kind in type(error).__mro__}
    return bool(modules & {"gcsfs", "aiohttp", "requests", "google", "fsspec"})


def _says(place: Place, name: str, content: bytes) -> bool:
    """Say whether the file of this name is this one; one that came and went meanwhile was another's."""
    try:
        return place.read(name) == content
    except FileNotFoundError:
        return False


def open_place(name: str, url: str) -> Place:
    """Return the place of a setting.

    Raises:
        ConfigError: It is neither a folder nor a bucket of Google's. What it is may hold a key, so the message does not show it.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        raise ConfigError(f"{name}: is neither a folder nor gs://bucket/folder.") from None
    if not parts.scheme:
        return Folder(Path(url))
    if parts.scheme not in (*BUCKETS, "file"):
        raise ConfigError(
            f"{name}: {parts.scheme}:// is neither a folder nor gs://bucket/folder. Other buckets are not known to keep two"
            " writers apart."
        )
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise ConfigError(
            f"{name}: must be like gs://bucket/folder, without a key and without “?” or “#”."
        )
    if parts.scheme == "file":
        if parts.netloc:
            raise ConfigError(f"{name}: must be like file:///srv/state, with three slashes.")
        return Folder(Path(parts.path))
    if not parts.netloc:
        raise ConfigError(f"{name}: names no bucket; gs://bucket/folder does.")
    return Bucket(url)


def below(place: Place, folder: str) -> Place:
    """Return a part of a place."""
    return _Below(place, folder)


class _Below:
    def __init__(self, place: Place, folder: str) -> None:
        self._place, self._folder = place, folder

    def names(self, folder: str) -> list[str]:
        return self._place.names(f"{self._folder}/{folder}")

    def read(self, name: str) -> bytes:
        return self._place.read(f"{self._folder}/{name}")

    def create(self, name: str, content: bytes) -> bool:
        return self._place.create(f"{self._folder}/{name}", content)

    def remove(self, name: str) -> None:
        self._place.remove(f"{self._folder}/{name}")
