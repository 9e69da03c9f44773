"""What the machine refuses: a full disk, a folder that may not be written. Said in a sentence, whoever noticed it."""

import errno

_WORDS = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk quota is used up",
    errno.EACCES: "permission is denied",
    errno.EPERM: "permission is denied",
    errno.EROFS: "the file system is read-only",
    errno.EMFILE: "too many files are open (ulimit -n)",
    errno.ENOTDIR: "a part of the path is not a folder",
}
_REMEDIES = {
    errno.ENOSPC: "Make room and run it again: nothing that was loaded is lost.",
    errno.EDQUOT: "Make room and run it again: nothing that was loaded is lost.",
    errno.EACCES: "Let this user read and write there, or name another place in .env.",
    errno.EPERM: "Let this user read and write there, or name another place in .env.",
    errno.EROFS: "Name another place in .env.",
}
# DuckDB and dbt repeat the system's words instead of raising its error.
_REPEATED = {
    "No space left on device": errno.ENOSPC,
    "Disk quota exceeded": errno.EDQUOT,
    "Permission denied": errno.EACCES,
    "Read-only file system": errno.EROFS,
}


def refusal(error: BaseException) -> str | None:
    """Return what the machine refused, if that is what an error, or one that it came from, is about."""
    seen: set[int] = set()
    found: BaseException | None = error
    while found is not None and id(found) not in seen:
        seen.add(id(found))
        if isinstance(found, OSError) and found.errno in _WORDS:
            return _sentence(found.errno, str(found.filename or ""))
        if _is_of_duckdb(found):
            for words, number in _REPEATED.items():
                if words in str(found):
                    return _sentence(number, _quoted(str(found)))
        found = found.__cause__ or found.__context__
    return None


def _is_of_duckdb(error: BaseException) -> bool:
    # Not imported for it: that takes longer than most programs run.
    return type(error).__module__.split(".")[0] in ("duckdb", "_duckdb")


def _sentence(number: int, place: str) -> str:
    where = f"{place}: " if place else ""
    return f"{where}{_WORDS[number]}. {_REMEDIES.get(number, '')}".rstrip()


def _quoted(text: str) -> str:
    """Return the path that DuckDB quotes."""
    parts = text.split('"')
    return parts[1] if len(parts) > 2 else ""
