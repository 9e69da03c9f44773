"""`python -m serving tokens create|list|revoke`: the only way to a token.

A token that is made is all that standard output has, so that it can be led into a file; what is to be said of it is beside it.

Leads and persons are given by their address, which is read and not kept: the store knows the person's id only.
"""

import argparse
import datetime as dt
import re
import sys
from typing import Any

from persons.keys import load_key
from persons.person_ids import LENGTH, person_id
from serving.api.access import LEAD, ROLES_OF_OWN_ROWS
from serving.api.audit import DONE, open_log
from serving.api.people import PEOPLE, People
from serving.api.sessions import OF_A_LINK, OF_SINGLE_SIGN_ON, sessions_of
from serving.api.tokens import EVERY_ORGANIZATION, METRICS, ROLES, TokenStore
from serving.api.view import View
from serving.config import Settings
from serving.elsewhere import tokens_held
from warehouse.snapshot import SnapshotError, open_current

DEFAULT_DAYS = 90
_TOKEN_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}\Z")
_PERSON_ID = re.compile(f"[0-9a-f]{{{LENGTH}}}\\Z")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the commands."""
    commands: Any = parser.add_subparsers(dest="tokens_command", required=True)
    create = commands.add_parser("create", help="make a token; it is shown once")
    create.add_argument(
        "--organization",
        action="append",
        default=[],
        help=f"may be repeated; '{EVERY_ORGANIZATION}': every organisation and the company's ledger",
    )
    create.add_argument("--role", choices=ROLES, required=True)
    create.add_argument(
        "--person",
        help="of a lead or a person: the address in the people sheet (- reads it), or the person_id",
    )
    create.add_argument(
        "--team",
        action="append",
        default=[],
        help="of a lead, may be repeated: counts where the people sheet names no managers",
    )
    create.add_argument(
        "--days", type=_days, default=DEFAULT_DAYS, help=f"until it expires ({DEFAULT_DAYS})"
    )
    create.add_argument(
        "--name",
        type=_name,
        help="what it is for, in small letters, digits and hyphens (finance-sheet); no person's name",
    )
    create.set_defaults(usage=create)
    commands.add_parser("list", help="say which tokens there are; never the tokens themselves")
    revoke = commands.add_parser("revoke", help="make a token worthless at once")
    revoke.add_argument("token_id")


def run(settings: Settings, arguments: argparse.Namespace) -> int:
    """Run one of them and return the exit code."""
    with tokens_held(settings):
        return _run(settings, arguments)


def _run(settings: Settings, arguments: argparse.Namespace) -> int:
    store, now = TokenStore(settings.state_dir), dt.datetime.now(dt.UTC)
    if arguments.tokens_command == "create":
        return _create(settings, arguments, store, now)
    if arguments.tokens_command == "revoke":
        if not _is_ended(settings, store, arguments.token_id, now):
            print(f"tokens: there is no token {arguments.token_id} that could be revoked")
            return 1
        _record(settings, "revoke_token", arguments.token_id)
        print(f"tokens: {arguments.token_id} opens nothing any more")
        return 0
    width = max([1, *(len(token.name or "") for token in store.tokens().values())])
    for token in store.tokens().values():
        state = "valid" if token.is_valid(now) else "revoked" if token.revoked_at else "expired"
        names = ",".join(token.organizations) or "-"
        if token.person_id is not None:
            names += f"  person {token.person_id[:8]}"
        print(
            f"{token.token_id}  {token.name or '-':<{width}}  {token.role:<15}  {state:<7}"
            f"  {token.expires_at}  {names}"
        )
    return 0


def _create(
    settings: Settings, arguments: argparse.Namespace, store: TokenStore, now: dt.datetime
) -> int:
    wrong = _what_is_wrong(arguments)
    if wrong:
        arguments.usage.error(wrong)
    given = sys.stdin.readline() if arguments.person == "-" else arguments.person
    given = given.strip() if given else None
    if given is not None and "@" not in given and not _PERSON_ID.match(given):
        arguments.usage.error("--person is neither an address nor a person_id")
    token, presented = store.create(
        arguments.role,
        arguments.organization,
        at=now,
        days=arguments.days,
        person_id=_id_of(settings, given),
        teams=arguments.team,
        name=arguments.name,
    )
    _record(settings, "create_token", token.token_id, given)
    bound = ", ".join(token.organizations) or ("one person" if token.person_id else "nobody")
    print(presented)
    _say(f"{token.role} of {bound} until {token.expires_at}; keep it now, it is not shown again")
    named = [name for name in token.organizations if name != EVERY_ORGANIZATION]
    view = _published(settings) if named or token.person_id else None
    if token.person_id is not None and not _is_in_sheet(settings, view, token.person_id):
        _say("it opens nothing yet: no published people sheet knows this person")
    known = set() if view is None else view.organizations
    unknown = [name for name in named if name not in known]
    if unknown:
        there = ", ".join(sorted(known)) or "none"
        _say(
            f"no tasks of {', '.join(unknown)} are published; organisations that have some: {there}"
        )
    return 0


def _say(line: str) -> None:
    print(f"tokens: {line}", file=sys.stderr)


def _published(settings: Settings) -> View | None:
    try:
        return View(open_current(settings.publish_dir))
    except SnapshotError:
        return None


def _is_in_sheet(settings: Settings, view: View | None, whose: str) -> bool:
    """Say whether what is published knows somebody, as a person or as a manager."""
    if view is None or not view.has(PEOPLE):
        return False
    people = People(load_key(settings.state_dir, settings.privacy_key))
    return whose in people.of(view).ids


def _is_ended(settings: Settings, store: TokenStore, name: str, now: dt.datetime) -> bool:
    """End a token, or the sessions of somebody who came without one."""
    if name.startswith((OF_SINGLE_SIGN_ON, OF_A_LINK)):
        return sessions_of(settings).end_those(lambda one: one.token_id == name) > 0
    return store.revoke(name, at=now)


def _what_is_wrong(arguments: argparse.Namespace) -> str:
    """Return what does not belong together; empty when all does."""
    if arguments.role in ROLES_OF_OWN_ROWS:
        if not arguments.person:
            return f"--role {arguments.role} needs --person: the address in the people sheet"
    elif arguments.person:
        return f"--role {arguments.role} is bound to nobody: leave --person out"
    elif arguments.role == METRICS:
        if arguments.organization:
            return f"--role {METRICS} is of no organisation: leave --organization out"
    elif not arguments.organization:
        return f"--role {arguments.role} needs --organization"
    if arguments.team and arguments.role != LEAD:
        return "--team is for --role lead"
    return ""


def _id_of(settings: Settings, given: str | None) -> str | None:
    if given is None or _PERSON_ID.match(given):
        return given
    return person_id(load_key(settings.state_dir, settings.privacy_key), given)


def _record(settings: Settings, action: str, token_id: str, subject: str | None = None) -> None:
    open_log(settings).record(
        "program:tokens",
        action,
        subject=subject,
        organization=None,
        resource=f"token:{token_id}",
        result=DONE,
    )


def _name(text: str) -> str:
    if not _TOKEN_NAME.match(text):
        raise ValueError(text)
    return text


def _days(text: str) -> int:
    days = int(text)
    if days < 1:
        raise ValueError("at least one day")
    return days
