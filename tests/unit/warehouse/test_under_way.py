"""How far something is, is shown where a line can be rewritten, and nowhere else."""

import os
import pty

from extract.landing.progress import Progress
from warehouse.logs import under_way


def test_a_terminal_shows_one_line_anew() -> None:
    expected = (
        "\r\x1b[Kpublish: writing table 1 of 2 …\r\x1b[Kcursor.daily_usage: call 1 of 3 …\r\x1b[K"
    )
    reader, writer = pty.openpty()
    said = b""
    with os.fdopen(writer, "w") as terminal:
        under_way(terminal, "publish: writing table 1 of 2 …")
        Progress(terminal).under_way("cursor.daily_usage: call 1 of 3")
        under_way(terminal, "")
        # What was written comes in pieces.
        while len(said) < len(expected.encode()):
            said += os.read(reader, 1000)
    os.close(reader)
    assert said.decode() == expected


def test_a_log_has_none_of_it() -> None:
    reader, writer = os.pipe()
    with os.fdopen(writer, "w") as log:
        under_way(log, "publish: writing table 1 of 2 …")
        Progress(log).under_way("cursor.daily_usage: call 1 of 3")
    assert os.read(reader, 1000) == b""
    os.close(reader)
