"""The environment of what is measured: the machine's, without the settings of whoever measures.

A benchmark loads an invented company into a place of its own. A credential, or a place, that stood in `.env` would lead it
to real data.
"""

import os
import re
from pathlib import Path

EXAMPLE = Path(__file__).resolve().parents[1] / ".env.example"


def without_settings() -> dict[str, str]:
    """Return the environment without any variable that is a setting of ours; `.env` is not read again."""
    text = EXAMPLE.read_text(encoding="utf-8")
    ours = set(re.findall(r"^#?([A-Z][A-Z0-9_]+)=", text, re.MULTILINE))
    return {name: value for name, value in os.environ.items() if name not in ours} | {
        "ENV_FILE": ""
    }
