"""`python -m extract`: load vendor data into the raw tables, or record an event. The manual is `--help`."""

import sys
from collections.abc import Sequence

from warehouse.command import begin

RECORD = "record"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command that is asked for; a job that records an event has none of what the loaders need."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if words[:1] == [RECORD]:
        from extract.recording.command import main as record

        return record(words[1:])
    from extract.cli import main as load

    return load(words)


if __name__ == "__main__":
    begin("extract", main)
