"""What a source raises when it cannot be read."""

from collections.abc import Callable

Redact = Callable[[str], str]
"""Takes every secret out of a text."""


class SourceError(Exception):
    """A source could not be read; the message says what failed, where, and what to do."""


class NotOfferedError(SourceError):
    """The vendor does not offer this to the key or the organisation: an ordinary answer, not a failure."""


class LimitError(SourceError):
    """Something is larger than its limit; the text names it, the limit and the setting."""


class FileError(SourceError):
    """A file cannot be read; the others can. The text never quotes what is in it."""


class OutOfWindowError(SourceError):
    """The vendor sent a row of a day that was not asked for."""


class TornError(SourceError):
    """The vendor's list changed while its pages were read; `reading` names one that may be right all the same."""

    def __init__(self, message: str, *, reading: str | None = None) -> None:
        """Keep the digest of what was read beside the message."""
        super().__init__(message)
        self.reading = reading

    @property
    def readings(self) -> frozenset[str]:
        """The reading, if it may be right."""
        return frozenset({self.reading} if self.reading else ())

    def after(self, n_readings: int) -> "TornError":
        """Return the error of a list that was torn each time."""
        return TornError(
            f"{self}. It was read {n_readings} times. What is loaded of it stays as it was: run again when less "
            "is going on."
        )
