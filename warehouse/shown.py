"""Others' names as a console and a log may show them: what steers a terminal or turns the line around is written out."""

import re

_STEERS = re.compile(
    "[\x00-\x08\x0a-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff]"
)


def shown(text: str) -> str:
    r"""Return the text on one line, with `\x1b` for an escape and `\u202e` for what writes from right to left."""
    return _STEERS.sub(lambda found: found[0].encode("unicode_escape").decode(), text)
