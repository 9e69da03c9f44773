"""What no log may show, taken out of a line just before it is written: keys from the settings, and addresses of people.

Nothing should get that far: what a vendor delivers is never quoted (extract/landing/redaction.py). This is the last place
that every line passes, also those of libraries that know nothing of our rules.
"""

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

_LETTER = r"[^\s@\"'<>,;:()\[\]{}]"
ADDRESS = re.compile(rf"(?<!{_LETTER}){_LETTER}++@{_LETTER}++")
"""Begins where a word begins and takes nothing back, so that a long line takes no longer than its length."""
_WRITTEN_AT = r"(?:%(?:25)*40|[\uff20\ufe6b]|&#0*64;|&#[xX]0*40;|&commat;|\\+u0040)"
"""An @ as addresses of the web, HTML, JSON and full-width keyboards write it."""
_WRITES_AT = re.compile(_WRITTEN_AT)
_PART = r"[\w.+%\-]"
WRITTEN_ADDRESS = re.compile(rf"(?<!{_PART}){_PART}+?{_WRITTEN_AT}[\w.\-]++")
"""Begins where a word begins, too; of what stands around it in a web address the rest is left."""
SECRET_NAME = re.compile(r"_(?:KEY|TOKEN|SECRET|PASSWORD|WEBHOOK)$")
"""How settings end that hold a secret; a webhook's address is one. What other programs are told that way counts, too."""
SHORTEST = 8
"""A shorter text is a part of many words."""


@dataclass(frozen=True)
class Redaction:
    """What is taken out."""

    secrets: tuple[str, ...] = ()
    """Longest first, so that none leaves the rest of a longer one behind."""

    @classmethod
    def of(cls, environ: Mapping[str, str]) -> "Redaction":
        """Take the secrets of an environment, in the forms in which they are sent."""
        found = set()
        for name, text in environ.items():
            secret = text.strip()
            if SECRET_NAME.search(name) and len(secret) >= SHORTEST:
                basic = base64.b64encode(f"{secret}:".encode()).decode()
                found |= {secret, quote(secret, safe=""), basic, json.dumps(secret)[1:-1]}
                # A log is written line by line: of a key of several lines each one is secret.
                found |= {
                    one for line in secret.splitlines() if len(one := line.strip()) >= SHORTEST
                }
        return cls(tuple(sorted(found, key=lambda one: (-len(one), one))))

    def text(self, line: str) -> str:
        """Return a line without them."""
        for secret in self.secrets:
            line = line.replace(secret, "[redacted]")
        # What has no @ cannot have one, and most lines have none.
        if _WRITES_AT.search(line):
            line = WRITTEN_ADDRESS.sub("[address]", line)
        return ADDRESS.sub("[address]", line) if "@" in line else line
