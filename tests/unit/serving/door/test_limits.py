"""Each limit of the door is a setting with a number, checked like the others."""

from dataclasses import fields
from pathlib import Path

import pytest

from serving.config import read_settings
from serving.door.limits import Limits
from warehouse.settings import ConfigError

NAMES = [f"API_{field.name.upper()}" for field in fields(Limits)]
ROOT = Path(__file__).resolve().parents[4]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("text", ["0", "-1", "1.5", "many", "²"])
def test_what_is_no_number_is_refused_by_name(name: str, text: str) -> None:
    with pytest.raises(ConfigError, match=f"^{name}: "):
        read_settings({name: text})


@pytest.mark.parametrize("name", NAMES)
def test_limit_is_read_and_stands_in_the_documentation_with_its_number(name: str) -> None:
    field = name.removeprefix("API_").lower()
    usual = getattr(Limits(), field)
    assert getattr(read_settings({name: str(usual)}).limits, field) == usual
    assert f"| `{name}` | `{usual}` |" in (ROOT / "docs" / "configuration.md").read_text("utf-8")
    assert f"#{name}={usual} " in (ROOT / ".env.example").read_text("utf-8")


def test_part_is_no_more_than_the_whole() -> None:
    with pytest.raises(ConfigError, match="API_STREAMS_PER_TOKEN: more than API_STREAMS"):
        read_settings({"API_STREAMS": "4", "API_STREAMS_PER_TOKEN": "5"})
