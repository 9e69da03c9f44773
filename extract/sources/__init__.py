"""The sources by name: their tables (known without a credential) and how to open them."""

from collections.abc import Callable

from extract.config import Settings
from extract.contracts import Table
from extract.sources import anthropic, claude_ai, cursor, gemini, orchestrator, sheets
from extract.sources.resource import Resource

TABLES: dict[str, tuple[Table, ...]] = {
    "cursor": cursor.TABLES,
    "anthropic": anthropic.TABLES,
    "claude_ai": claude_ai.TABLES,
    "gemini": gemini.TABLES,
    "sheets": sheets.TABLES,
    "orchestrator": orchestrator.TABLES,
}
OPEN: dict[str, Callable[[Settings], list[Resource]]] = {
    "cursor": cursor.resources,
    "anthropic": anthropic.resources,
    "claude_ai": claude_ai.resources,
    "gemini": gemini.resources,
    "sheets": sheets.resources,
}
