"""The answer key where Anthropic itself says whose money it is: a day's spend by the vendor's own word.

Whom the vendor knows: who signed in, whoever's key or account it ran under. Keys of products stay keys. What the contract takes off
and what priority-tier usage costs is in it; see ``sandbox/truth_claude.py`` for the rest of the day.
"""

from collections.abc import Iterable
from decimal import Decimal

from sandbox.world.claude_extras import Extra
from sandbox.world.claude_reality import Use

Actor = tuple[str, str, str]

_SHARE_PAID = {"claude-opus-5": Decimal("0.875")}
_ROLE = "aws:arn:aws:iam::210987654321:role/agents"


def paid(use: Use, list_value: Decimal) -> Decimal:
    """Return what is paid for the tokens of a piece of usage: an eighth less for one model."""
    return list_value * _SHARE_PAID.get(use.model, Decimal(1))


def spender(use: Use, seen: Actor, accounts: frozenset[tuple[str, str]], today: int) -> Actor:
    """Return whom the vendor puts a piece of usage under.

    Args:
        use: The usage.
        seen: The actor that the usage has in the other reports.
        accounts: Platforms and accounts that the day's usage report names.
        today: A leaver's account may be deleted by now, and the address with it.
    """
    if seen[1] != "unattributed" or use.person is None:
        return seen
    person = use.person
    deleted = not person.is_present(today) and person.serial % 2 == 1
    if deleted or (use.platform, person.user_id) in accounts:
        return (use.platform, "account", person.user_id)
    return (use.platform, "person", person.report_email.strip().lower())


def accounts_of(uses: Iterable[Use]) -> frozenset[tuple[str, str]]:
    """Return the accounts that the usage report names."""
    return frozenset((use.platform, use.account_id) for use in uses if use.account_id is not None)


def runner(extra: Extra, workspace: str) -> Actor:
    """Return whom the vendor puts under what no usage report shows: a cloud role, or nobody."""
    if extra.cost_type == "session_usage":
        return ("claude_api", "service_account", _ROLE)
    return ("claude_api", "unattributed", workspace)
