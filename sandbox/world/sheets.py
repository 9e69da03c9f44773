"""The company's own spreadsheet: who owns which key, who works where, seats, invoices, budgets.

Kept by hand, so it looks like it: a header with a trailing blank, an empty row in the middle,
e-mails in odd case, trailing blanks cut off as the Sheets API does. ``valid_to`` is exclusive
everywhere; aliases are separated by ``;``.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from sandbox.world.assistants import (
    ENTERPRISE,
    UPGRADE_DAYS,
    ClaudeAccount,
    claude_account,
    gemini_account,
)
from sandbox.world.keys import HANDOVER_DAYS, KeyRing, ProductKey
from sandbox.world.people import ALIAS_DOMAIN, FOUNDED, MOVE_DAYS, TEAMS, Person, Roster
from sandbox.world.task_prices import policies, sheet_prices
from sandbox.world.task_rows import policy_cells, sheet_price_cells

TABS = (
    "api_key_mapping",
    "people",
    "seats",
    "invoices",
    "budgets",
    "provider_pricing",
    "baseline_policies",
    "task_retention",
)

_HEADERS = {
    "api_key_mapping": "api_key_id,api_key_name,owner_email,platform,purpose,valid_from,valid_to",
    "people": "email,aliases,name,department,team,manager_email,cost_centre,valid_from,valid_to",
    "seats": "vendor,platform,plan,email,monthly_usd,valid_from,valid_to",
    "invoices": "vendor,invoice_month,amount,currency,invoice_id",
    "budgets": "scope,scope_value,month,amount_usd",
    "provider_pricing": "pricing_id,provider,model,task_type,pricing_model,token_class,service_tier,"
    "cost_per_million_usd,effective_date,end_date,price_source",
    "baseline_policies": "organization_id,valid_from,valid_to,provider,model,approved_by,rationale",
    "task_retention": "organization_id,retention_days",
}
_MORE_BUDGETS = {
    "category": {"coding_agents": "7000", "api_usage": "2000", "ai_assistants": "1500"},
    "vendor": {"cursor": "4000", "anthropic": "6000", "google": "800"},
    "platform": {"claude_ai": "1000", "gemini_workspace": "700"},
}
_CI_EMAIL = "ci-bots@harbourline.example"


@dataclass(frozen=True, slots=True)
class Seat:
    """One paid seat, or a credit, which has a negative fee and is no seat; days are ordinals, ``end`` is exclusive."""

    vendor: str
    platform: str
    plan: str
    email: str
    monthly_cents: int
    start: int
    end: int | None


def _day(ordinal: int | None) -> str:
    return "" if ordinal is None else date.fromordinal(ordinal).isoformat()


def tab(
    name: str,
    roster: Roster,
    ring: KeyRing,
    as_of: date,
    invoices: Callable[[], list[list[str]]],
) -> list[list[str]]:
    """Return one tab as the Sheets API would: header first, trailing blanks of a row cut off."""
    header = _HEADERS[name].split(",")
    ordinal = as_of.toordinal()
    if name == "api_key_mapping":
        rows = list(_mapping(ring, ordinal))
        header[2] += " "
    elif name == "people":
        rows = list(_people(roster, ordinal))
        header[0] += " "
    elif name == "seats":
        credited = ring.scenario.has("credits")
        rows = [_seat_row(seat) for seat in seats(roster, ordinal, credited=credited)]
    elif name == "invoices":
        rows = invoices()
    elif name == "provider_pricing":
        rows = [sheet_price_cells(price) for price in sheet_prices()]
    elif name == "baseline_policies":
        rows = [policy_cells(policy) for policy in policies(as_of)]
    elif name == "task_retention":
        rows = [["org-02", "400"]]
    else:
        rows = list(_budgets(as_of))
    if name in ("api_key_mapping", "people"):
        rows.insert(len(rows) // 2, [])
    return [_cut(row) for row in (header, *rows)]


def _cut(row: list[str]) -> list[str]:
    row = list(row)
    while row and not row[-1]:
        row.pop()
    return row


def _mapping(ring: KeyRing, ordinal: int) -> Iterator[list[str]]:
    for key in ring.product_keys:
        yield from _mapping_of(key, ring, ordinal)
    for person in ring.roster.everyone(ordinal):
        if person.slot == 10:
            key_id, name = person.key_id, ring.personal_key_name(person)
            purpose = "Claude Code on the lab bench"
            yield [key_id, name, person.email, "claude_code", purpose, _day(person.start), ""]


def _mapping_of(key: ProductKey, ring: KeyRing, ordinal: int) -> Iterator[list[str]]:
    founded = _day(FOUNDED)
    if key.owner is None or key.case in ("creator_only", "sole_member"):
        return
    first = key.owner.email
    if key.case == "handover" and key.second:
        owners = (first, key.second.email)
        for turn, start in enumerate(range(FOUNDED, ordinal, HANDOVER_DAYS)):
            end = start + HANDOVER_DAYS if start + HANDOVER_DAYS < ordinal else None
            row = [key.key_id, key.name, owners[turn % 2], "claude_api", "Summaries"]
            yield [*row, _day(start), _day(end)]
    elif key.case == "conflict" and key.second:
        yield [key.key_id, key.name, first, "claude_api", "Labels", founded, ""]
        later = _day(FOUNDED + 100)
        yield [key.key_id, key.name, key.second.email, "claude_api", "Labels?", later, ""]
    elif key.case == "by_name":
        if not ring.scenario.has("equal_key_names"):
            yield ["", key.name, first, "claude_api", "Translation", founded, ""]
    elif key.case == "renamed":
        name = key.name_on(FOUNDED)
        yield [key.key_id, name, first, "claude_api", "Review bot", founded, ""]
    elif key.case == "shared_ci":
        yield [
            key.key_id,
            key.name,
            _CI_EMAIL,
            "claude_api",
            "Shared by all pipelines",
            founded,
            "",
        ]
    elif key.case == "mapped":
        yield [key.key_id, key.name, f" {first.upper()}", "claude_api", "Search", founded, ""]
    else:
        yield [key.key_id, key.name, first, "claude_api", key.case, founded, ""]


def true_owner_email(key: ProductKey, ordinal: int) -> str | None:
    """Return who really answers for a product key on a day; a mailbox for the shared one."""
    if key.case == "shared_ci":
        return _CI_EMAIL
    owner = key.owner_on(ordinal)
    return owner.email if owner else None


def _people(roster: Roster, ordinal: int) -> Iterator[list[str]]:
    for person in roster.everyone(ordinal + 1):
        if not person.in_sheet:
            continue
        spoken = person.email.upper() if person.slot % 12 == 8 else person.email
        alias = f"{person.first_name[0]}{person.last_name}@{ALIAS_DOMAIN}"
        aliases = f"{alias}; {person.last_name.lower()}@{ALIAS_DOMAIN}" if _aliased(person) else ""
        boss = roster.lasting(person.slot // 10 * 10)
        manager = "" if boss.serial == person.serial else boss.email
        for start, end in _terms(person, ordinal):
            department, team, centre = TEAMS[person.team_number(start)]
            row = [spoken, aliases, person.name, department, team, manager, centre]
            yield [*row, _day(start), _day(end)]


def _aliased(person: Person) -> bool:
    return person.slot in (2, 3) or person.slot % 9 == 8


def _terms(person: Person, ordinal: int) -> Iterator[tuple[int, int | None]]:
    """Yield the spells in one team; the running one is open."""
    known_end = person.end if person.end is not None and person.end <= ordinal else None
    if not person.is_mover:
        yield person.start, known_end
        return
    start = person.start
    while start < (known_end or ordinal + 1):
        turn = FOUNDED + ((start - FOUNDED) // MOVE_DAYS + 1) * MOVE_DAYS
        end = min(turn, known_end) if known_end else turn
        yield start, end if end <= ordinal else None
        start = end


def seats(roster: Roster, ordinal: int, *, credited: bool = False) -> list[Seat]:
    """Return every seat paid for so far, of leavers too; with ``credited`` every third has a credit beside it."""
    found = _paid_seats(roster, ordinal)
    given = [_credit(seat, number) for number, seat in enumerate(found[::3])]
    return [*found, *given] if credited else found


def _credit(seat: Seat, number: int) -> Seat:
    """Return what is given back of a seat: an eighth, or of every third twice its fee."""
    cents = seat.monthly_cents // 8 if number % 3 else seat.monthly_cents * 2
    return replace(seat, plan="credit", monthly_cents=-cents)


NEVER_OPENED = 20
"""On this chair somebody has a seat of Cursor and no account there."""


def _paid_seats(roster: Roster, ordinal: int) -> list[Seat]:
    found: list[Seat] = []
    for person in roster.everyone(ordinal + 1):
        end = person.end if person.end is not None and person.end <= ordinal else None
        if person.in_cursor and person.slot != 13:
            plan, cents = ("premium", 12_000) if person.slot % 8 == 3 else ("standard", 4_000)
            email = person.cursor_email
            found.append(Seat("cursor", "cursor", plan, email, cents, person.start, end))
        if person.slot == NEVER_OPENED:
            email = person.cursor_email
            found.append(Seat("cursor", "cursor", "standard", email, 4_000, person.start, end))
        if person.mode == "subscription" or person.slot == 13:
            email = person.email
            found.append(
                Seat("anthropic", "claude_code", "team premium", email, 15_000, person.start, end)
            )
    return [*found, *_assistant_seats(roster, ordinal)]


def _assistant_seats(roster: Roster, ordinal: int) -> Iterator[Seat]:
    """Yield the seats of claude.ai and Gemini; one of Gemini is bought and given to nobody."""
    for person in roster.everyone(ordinal + 1):
        account = claude_account(roster.seed, person)
        if account is not None and not account.deleted:
            for start, end in _plan_terms(account, ordinal):
                plan = account.plan_on(start)
                monthly = 3_000 if person.slot % 2 else 2_500
                cents = 6_000 if plan == ENTERPRISE else monthly
                yield Seat("anthropic", "claude_ai", plan, account.email, cents, start, end)
    for person in roster.everyone(ordinal + 1):
        workspace = gemini_account(roster.seed, person)
        if workspace is not None:
            end = person.end if person.end is not None and person.end <= ordinal else None
            yield Seat(
                "google",
                "gemini_workspace",
                "gemini business",
                workspace.email,
                2_000,
                person.start,
                end,
            )
    if ordinal > FOUNDED:
        yield Seat("google", "gemini_workspace", "gemini business", "", 2_000, FOUNDED, None)


def _plan_terms(account: ClaudeAccount, ordinal: int) -> Iterator[tuple[int, int | None]]:
    """Yield the spells on one plan; the running one is open."""
    person = account.person
    known_end = person.end if person.end is not None and person.end <= ordinal else None
    start = person.start
    while account.plan == "swaps" and known_end is None:
        turn = FOUNDED + ((start - FOUNDED) // UPGRADE_DAYS + 1) * UPGRADE_DAYS
        if turn > ordinal:
            break
        yield start, turn
        start = turn
    yield start, known_end


def _seat_row(seat: Seat) -> list[str]:
    dollars = f"{Decimal(seat.monthly_cents).scaleb(-2):f}"
    terms = [_day(seat.start), _day(seat.end)]
    return [seat.vendor, seat.platform, seat.plan, seat.email, dollars, *terms]


def _budgets(as_of: date) -> Iterator[list[str]]:
    months = []
    year, month = as_of.year, as_of.month
    for _ in range(6):
        months.append(f"{year}-{month:02d}")
        year, month = (year - 1, 12) if month == 1 else (year, month - 1)
    for text in sorted(months):
        yield ["company", "all", text, "9000.00"]
        for platform, amount in (
            ("cursor", "4000"),
            ("claude_code", "3000"),
            ("claude_api", "2000"),
        ):
            yield ["platform", platform, text, amount]
        for _, team, _ in TEAMS:
            yield ["team", team, text, "1500.5"]
    for text in sorted(months):
        for scope, amounts in _MORE_BUDGETS.items():
            for value, amount in amounts.items():
                yield [scope, value, text, amount]
        for _, _, centre in TEAMS:
            yield ["cost_centre", centre, text, "1600"]
