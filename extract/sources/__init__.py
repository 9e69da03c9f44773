"""The sources by name."""

from extract.landing.contracts import Table
from extract.landing.resource import Source
from extract.sources import (
    anthropic,
    claude_ai,
    cursor,
    dev_events,
    gemini,
    github,
    orchestrator,
    sheets,
)

SOURCES = {
    source.name: source
    for source in (
        Source("cursor", cursor.TABLES, cursor.resources),
        Source("anthropic", anthropic.TABLES, anthropic.resources),
        Source("claude_ai", claude_ai.TABLES, claude_ai.resources),
        Source("gemini", gemini.TABLES, gemini.resources),
        Source("github", github.TABLES, github.resources),
        Source("dev_events", dev_events.TABLES, dev_events.resources),
        Source("sheets", sheets.TABLES, sheets.resources),
        Source("orchestrator", orchestrator.TABLES, orchestrator.resources),
    )
}
TABLES: dict[str, tuple[Table, ...]] = {name: source.tables for name, source in SOURCES.items()}
