"""Reads of what names persons: written to the audit log before the first byte leaves."""

import asyncio
from collections.abc import Sequence

from fastapi import Request

from serving.api.access import Principal
from serving.api.accounting import entry
from serving.api.audit import AuditError
from serving.api.problems import Problem


async def note_read(
    request: Request, principal: Principal, resource: str, organizations: Sequence[str] | None
) -> None:
    """Write that something personal is read, and of whom; what cannot be written does not leave."""
    lines = [
        entry(principal.token_id, "view_personal_data", name, resource=resource)
        for name in organizations or (None,)
    ]
    try:
        await asyncio.to_thread(request.app.state.audit.record_all, lines)
    except (OSError, AuditError) as error:
        raise Problem(503, "The audit log cannot be written, so nothing may be read.") from error
