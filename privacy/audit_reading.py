"""The audit log for somebody who reads it: who did what, when, and what came of it.

The log names tokens by their ids. What a token is for is looked up as the log is read, because it is what somebody typed, and
may say more than a line that nobody can ever take back should.
"""

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from privacy.audit import LOG_FILE
from privacy.tokens import Token

_WHO_FOLLOWS = "token:"
_NO_TOKEN = {"unknown": "no token of ours", "sso": "single sign-on", "link": "link of the sandbox"}


def shown(
    state_dir: Path,
    tokens: Mapping[str, Token],
    *,
    since: dt.date | None = None,
    whose: str | None = None,
) -> Iterator[str]:
    """Yield the lines of the log as text, the oldest first.

    Args:
        state_dir: Where the log lies; without one nothing was done yet.
        tokens: What is known of tokens, by their ids.
        since: Leaves out what happened before this UTC day.
        whose: A person as the log names people (`AuditLog.pseudonym`): leaves out all others.
    """
    path = state_dir / LOG_FILE
    if not path.exists():
        return
    with path.open(encoding="utf-8", errors="replace") as file:
        for number, text in enumerate(file, 1):
            try:
                line = json.loads(text)
                if since is not None and str(line["at"])[:10] < since.isoformat():
                    continue
                if whose is not None and line["subject"] != whose:
                    continue
                yield _printable(_sentence(line, tokens))
            except (ValueError, KeyError, TypeError):
                yield f"line {number} is not a line of the log"


def _sentence(line: Mapping[str, Any], tokens: Mapping[str, Token]) -> str:
    told = [
        str(line["at"]),
        _named(str(line["actor"]), tokens),
        str(line["action"]),
        _named(str(line["resource"]), tokens),
        str(line.get("result", "-")),
    ]
    if line.get("count", 1) != 1:
        told.append(f"{line['count']} times")
    if line["organization"] is not None:
        told.append(f"organization {line['organization']}")
    if line["subject"] is not None:
        told.append(f"person {line['subject']}")
    return "  ".join(told)


def _named(text: str, tokens: Mapping[str, Token]) -> str:
    """Return who or what a line names, a token with what it is for in brackets."""
    if not text.startswith(_WHO_FOLLOWS):
        return text
    # Lines of versions before say the name of a token that was made or ended after its id.
    token_id, _, noted = text.removeprefix(_WHO_FOLLOWS).partition(":")
    known = tokens.get(token_id)
    name = known.name if known is not None else _NO_TOKEN.get(token_id.partition("_")[0], noted)
    return f"{_WHO_FOLLOWS}{token_id} ({name or '-'})"


def _printable(text: str) -> str:
    """A line that somebody forged moves no cursor."""
    return "".join(letter if letter.isprintable() else "�" for letter in text)
