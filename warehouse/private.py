"""Files for their owner only, and files that are read by whom the folder they lie in is open to."""

import os
from pathlib import Path

_READ_AND_WRITE = 0o666


def for_the_owner_only() -> None:
    """Have every file and folder that this process makes from now on be its owner's; programs that it starts, too."""
    os.umask(os.umask(0o077) | 0o077)


def open_as_its_folder(path: Path, folder: Path) -> None:
    """Let those read a new folder, and all in it, who may read the folder that it is for.

    Whoever lets a group read the published files has said so once, of their folder, and not of each snapshot.
    """
    mode = folder.stat().st_mode & 0o777
    for place in (path, *path.rglob("*")):
        place.chmod(mode if place.is_dir() else mode & _READ_AND_WRITE)


def replace_keeping_its_mode(path: Path, new: Path) -> None:
    """Put a new file in the place of another one, whose readers stay the same; of a first one they are its folder's."""
    if path.exists():
        new.chmod(path.stat().st_mode & 0o777)
    else:
        open_as_its_folder(new, path.parent)
    new.replace(path)
