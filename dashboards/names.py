"""What people call the words of data, from `names.yml`: pages show names, files and links keep the words."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

_CONTENT: dict[str, Any] = yaml.safe_load(
    Path(__file__).with_suffix(".yml").read_text(encoding="utf-8")
)
NAMES: Mapping[str, Mapping[str, str]] = {
    **_CONTENT["words"],
    **{
        column: {
            word: name for source in sources for word, name in _CONTENT["words"][source].items()
        }
        for column, sources in _CONTENT["columns"].items()
    },
}
"""By column or filter, the name of each word."""


def name_of(column: str, word: object) -> str:
    """Return what people call a word of a column; one without a name is its own."""
    return NAMES.get(column, {}).get(str(word), str(word))
