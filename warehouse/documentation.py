"""What the dbt project says of its tables, read from its YAML: with the text of a `doc()` where the YAML only names it."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml

MODELS = Path(__file__).resolve().parents[1] / "dbt_project" / "models"

_BLOCK = re.compile(r"{% docs (\w+) %}(.*?){% enddocs %}", re.DOTALL)
_REFERENCE = re.compile(r"{{ doc\('(\w+)'\) }}")


@cache
def doc_blocks() -> dict[str, str]:
    """Return the texts that descriptions refer to, by name."""
    return {
        name: text.strip()
        for path in sorted(MODELS.rglob("*.md"))
        for name, text in _BLOCK.findall(path.read_text(encoding="utf-8"))
    }


def documented(folder: Path, kind: str) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Yield the files below a folder and what they document, each `doc()` replaced by its text.

    Args:
        folder: A folder of models.
        kind: `models` or `sources`.

    Raises:
        KeyError: A description names a text that does not exist.
    """
    for path in sorted(folder.rglob("*.yml")):
        for one in _content(path).get(kind, []):
            yield path, _in_full(one)


@cache
def _content(path: Path) -> dict[str, Any]:
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader) or {}


def _in_full(value: Any) -> Any:  # noqa: ANN401 - whatever YAML holds
    if isinstance(value, dict):
        return {key: _in_full(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_in_full(one) for one in value]
    reference = _REFERENCE.fullmatch(value.strip()) if isinstance(value, str) else None
    return doc_blocks()[reference[1]] if reference else value
