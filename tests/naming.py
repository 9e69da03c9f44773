"""Whether a text names somebody: ids are hexadecimal, and three letters of a name may stand in one by chance."""

import re


def names_somebody(name: str, text: str) -> bool:
    """Say whether a name stands in a text as a word, not inside a longer run of letters and digits."""
    return re.search(rf"(?<![0-9a-z]){re.escape(name)}(?![0-9a-z])", text.lower()) is not None
