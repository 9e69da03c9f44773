"""The files that people download from claude.ai by hand, written into a folder.

* two exports of the audit log that overlap in the middle third, newest row first;
* the spend report of the running month, in dollars;
* the Claude Code team report: totals of the running month, whatever range its name carries.

Days are written one by one; nothing is held but the month's totals.
"""

import csv
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Protocol

from sandbox.world import World
from sandbox.world.audit_log import HEADER, KEPT_DAYS
from sandbox.world.claude_ai_reality import CHARGED_FROM, CLAUDE_CODE, charged

SPEND_HEADER = (
    "user_email",
    "account_uuid",
    "product",
    "model",
    "total_requests",
    "total_prompt_tokens",
    "total_completion_tokens",
    "total_net_spend_usd",
    "total_gross_spend_usd",
    "user_id",
    "total_web_search_count",
)
TEAM_HEADER = ("User", "Spend this Month (USD)", "Lines this Month")
_TEAM_DAYS = 7


class Logged(Protocol):
    """What the audit log's export needs of a world."""

    @property
    def first_day(self) -> date:
        """The first day with data."""
        ...

    @property
    def as_of(self) -> date:
        """Today, in the world."""
        ...

    def audit_lines(self, day: date, /) -> list[tuple[str, ...]]:
        """One day of the audit log, newest first."""
        ...


def write_exports(
    world: Logged, folder: Path, *, malformed: Callable[[], bool] = lambda: False
) -> list[Path]:
    """Write all exports as they would be downloaded today; files of an earlier day are removed.

    Args:
        world: The company.
        folder: Where the files go; it is created.
        malformed: Asked once per audit-log file: whether one of its rows is broken.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for pattern in ("audit_logs_*.csv", "spend_report_*.csv", "claude_code_team_*.csv"):
        for old in folder.glob(pattern):
            old.unlink()
    paths = [
        _audit_export(world, folder, start, end, broken=malformed())
        for start, end in audit_spans(world)
    ]
    if isinstance(world, World) and world.has(world.as_of - timedelta(days=1)):
        month = _Month.of(world)
        paths += [_spend_report(month, folder), _team_report(month, folder)]
    return paths


def audit_spans(world: Logged) -> list[tuple[date, date]]:
    """Return the days of the exports as (first, day after the last): two that share a third."""
    first = max(world.first_day, world.as_of - timedelta(days=KEPT_DAYS))
    days = (world.as_of - first).days
    if days < 3:
        return [(first, world.as_of)] if days > 0 else []
    third = days // 3
    older = (first, first + timedelta(days=days - third))
    return [older, (first + timedelta(days=third), world.as_of)]


def _audit_export(world: Logged, folder: Path, start: date, end: date, *, broken: bool) -> Path:
    last = end - timedelta(days=1)
    path = folder / f"audit_logs_{start}_to_{last}.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for number in range((end - start).days):
            for line in world.audit_lines(last - timedelta(days=number)):
                if broken:
                    line = (line[0], "{'name': 'Cut of", *line[2:])
                    broken = False
                writer.writerow(line)
    return path


@dataclass(slots=True)
class _Spend:
    requests: int = 0
    prompt: int = 0
    completion: int = 0
    net: int = 0
    gross: int = 0
    searches: int = 0


@dataclass(slots=True)
class _Month:
    """The running month up to yesterday."""

    first: date
    last: date
    spend: dict[tuple[str, str, str, str, str], _Spend] = field(default_factory=dict)
    credits: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    lines: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))

    @classmethod
    def of(cls, world: World) -> "_Month":
        last = world.as_of - timedelta(days=1)
        month = cls(last.replace(day=1), last)
        for number in range((last - month.first).days + 1):
            day = month.first + timedelta(days=number)
            if world.has(day):
                month._add(world, day)
        return month

    def _add(self, world: World, day: date) -> None:
        happened = world.assistants.claude_ai(day)
        for charge in happened.charges if world.is_billed(day) and day >= CHARGED_FROM else ():
            account = charge.account
            email = "" if account.deleted else account.email
            key = (email, account.uuid, charge.product, charge.model, account.user_id)
            total = self.spend.setdefault(key, _Spend())
            list_picos = charge.list_pico(day)
            total.requests += charge.requests
            total.prompt += sum(charge.tokens[:4])
            total.completion += charge.tokens[4]
            total.gross += sum(list_picos)
            total.net += sum(map(charged, list_picos))
            total.searches += charge.searches
            if charge.product == CLAUDE_CODE:
                self.credits[email] += sum(map(charged, list_picos))
        for row in happened.users:
            count = row["claude_code_metrics"]["core_metrics"]["lines_of_code"]["added_count"]
            if count:
                self.lines[row["user"]["email_address"]] += count


def _dollars(pico: int) -> Decimal:
    return Decimal(pico).scaleb(-12)


def _spend_report(month: _Month, folder: Path) -> Path:
    path = folder / f"spend_report_{month.first}_to_{month.last}.csv"
    _write(path, SPEND_HEADER, _spend_rows(month))
    return path


def _spend_rows(month: _Month) -> Iterator[tuple[str, ...]]:
    for (email, uuid, product, model, user_id), total in sorted(month.spend.items()):
        yield (
            email,
            uuid,
            product,
            model,
            str(total.requests),
            str(total.prompt),
            str(total.completion),
            f"{_dollars(total.net):f}",
            f"{_dollars(total.gross):f}",
            user_id,
            str(total.searches),
        )


def _team_report(month: _Month, folder: Path) -> Path:
    start = month.last - timedelta(days=_TEAM_DAYS - 1)
    path = folder / f"claude_code_team_{start}_to_{month.last}.csv"
    rows = (
        (email, f"${_dollars(month.credits[email]):,.2f}", f"{month.lines[email]:,}")
        for email in sorted(month.credits.keys() | month.lines.keys())
    )
    _write(path, TEAM_HEADER, rows)
    return path


def _write(path: Path, header: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)
