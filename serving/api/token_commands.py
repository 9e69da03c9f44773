"""`python -m serving tokens create|list|revoke`: the only way to a token."""

import argparse
import datetime as dt
from typing import Any

from serving.api.audit import DONE, open_log
from serving.api.tokens import EVERY_ORGANIZATION, ROLES, TokenStore
from serving.config import Settings

DEFAULT_DAYS = 90


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the commands."""
    commands: Any = parser.add_subparsers(dest="tokens_command", required=True)
    create = commands.add_parser("create", help="make a token; it is shown once")
    create.add_argument(
        "--organization",
        action="append",
        required=True,
        help=f"may be repeated; '{EVERY_ORGANIZATION}': every organisation and the company's ledger",
    )
    create.add_argument("--role", choices=ROLES, required=True)
    create.add_argument(
        "--days", type=_days, default=DEFAULT_DAYS, help=f"until it expires ({DEFAULT_DAYS})"
    )
    commands.add_parser("list", help="say which tokens there are; never the tokens themselves")
    revoke = commands.add_parser("revoke", help="make a token worthless at once")
    revoke.add_argument("token_id")


def run(settings: Settings, arguments: argparse.Namespace) -> int:
    """Run one of them and return the exit code."""
    store, now = TokenStore(settings.state_dir), dt.datetime.now(dt.UTC)
    if arguments.tokens_command == "create":
        token, presented = store.create(
            arguments.role, arguments.organization, at=now, days=arguments.days
        )
        _record(settings, "create_token", token.token_id)
        print(presented)
        print(
            f"tokens: {token.role} of {', '.join(token.organizations)} until {token.expires_at};"
            " keep it now, it is not shown again"
        )
        return 0
    if arguments.tokens_command == "revoke":
        if not store.revoke(arguments.token_id, at=now):
            print(f"tokens: there is no token {arguments.token_id} that could be revoked")
            return 1
        _record(settings, "revoke_token", arguments.token_id)
        print(f"tokens: {arguments.token_id} opens nothing any more")
        return 0
    for token in store.tokens().values():
        state = "valid" if token.is_valid(now) else "revoked" if token.revoked_at else "expired"
        names = ",".join(token.organizations)
        print(f"{token.token_id}  {token.role:<15}  {state:<7}  {token.expires_at}  {names}")
    return 0


def _record(settings: Settings, action: str, token_id: str) -> None:
    open_log(settings).record(
        "program:tokens",
        action,
        subject=None,
        organization=None,
        resource=f"token:{token_id}",
        result=DONE,
    )


def _days(text: str) -> int:
    days = int(text)
    if days < 1:
        raise ValueError("at least one day")
    return days
