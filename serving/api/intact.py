"""Whether published files are what was published: their SHA-256 is worked out when a snapshot is opened, once for each file.

Size alone tells nothing of a file that a disk has damaged. A file that was read before and that nobody has touched since is
not read again, so that opening the same snapshot anew, or looking once more at a damaged one, costs nothing.
"""

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from warehouse.snapshot import SnapshotError

MOST_KNOWN = 10_000
Touched = tuple[int, int, int, int, int]


class Intact:
    """What was found in files, by which file it was and when it was touched last."""

    def __init__(self) -> None:
        self._found: dict[Touched, str] = {}

    def check(self, descriptor: int, path: Path, entry: Mapping[str, Any]) -> None:
        """Compare an open file with the manifest's entry.

        Raises:
            SnapshotError: It is not what was published.
        """
        touched = _touched(descriptor)
        digest = self._found.get(touched)
        if digest is None:
            with open(descriptor, "rb", closefd=False) as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
                file.seek(0)
            if len(self._found) >= MOST_KNOWN:
                self._found.clear()
            self._found[touched] = digest
        if digest != entry["sha256"]:
            raise SnapshotError(
                f"{path} is damaged: it is not what was published. Publish again: python -m serving publish"
            )


def _touched(descriptor: int) -> Touched:
    found = os.fstat(descriptor)
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns
