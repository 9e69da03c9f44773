"""Lines of the audit log as the API writes them: tokens, never what was asked for or from where."""

from serving.api.audit import AuditError, AuditLog


def account(
    log: AuditLog, token_id: str, action: str, organization: str | None, resource: str
) -> None:
    """Add a line.

    Raises:
        AuditError: The log is not what it was.
        OSError: The log cannot be written.
    """

    def record(named: str | None) -> None:
        log.record(f"token:{token_id}", action, subject=None, organization=named, resource=resource)

    try:
        record(organization)
    except AuditError:
        # A name that the log does not take must neither stay unaccounted nor close the log for everybody.
        record(None)
