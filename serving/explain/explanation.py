"""An explanation, as people read it and as programs do."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

from serving.explain import words
from serving.explain.arithmetic import Sheet, plain
from serving.explain.reading import Row

MOST_SHOWN = 12


class Explained(Protocol):
    """Whatever can be written out."""

    @property
    def key(self) -> str:
        """Return by which it is asked for."""

    @property
    def comes_out(self) -> bool:
        """Say whether every step comes to its result, and the last one to the amount."""

    def as_fields(self) -> dict[str, Any]:
        """Return it for programs."""

    def lines(self) -> Iterator[str]:
        """Return it for people."""

    def heading(self) -> Iterator[str]:
        """Say what is explained."""

    def sums(self) -> Iterator[str]:
        """Write the steps down."""


@dataclass(frozen=True)
class Explanation:
    """What an amount is the sum of."""

    kind: str
    key: str
    amount: Decimal
    row: Row
    parts: Sequence[Mapping[str, Any]]
    sheet: Sheet

    @property
    def comes_out(self) -> bool:
        """Say whether every step comes to its result, and the last one to the amount."""
        steps = self.sheet.steps
        return (
            bool(steps)
            and all(step.comes_out for step in steps)
            and steps[-1].result == self.amount
        )

    def as_fields(self) -> dict[str, Any]:
        """Return it for programs; amounts are text with all their decimals."""
        return {
            "kind": self.kind,
            "key": self.key,
            "amount_usd": plain(self.amount),
            "comes_out": self.comes_out,
            "row": fields(self.row),
            "in_words": {
                "basis": words.BASES.get(self.row["spend_basis"], self.row["spend_basis"]),
                "method": words.method(self.row["spend_method"]),
            },
            "parts": [fields(part) for part in self.parts],
            "steps": [step.as_fields() for step in self.sheet.steps],
        }

    def lines(self) -> Iterator[str]:
        """Return it for people."""
        yield from self.heading()
        yield ""
        yield "WHERE IT COMES FROM"
        for number, part in enumerate(self.parts, 1):
            yield from _part(part, number, len(self.parts))
        yield ""
        yield "WHOSE IT IS"
        yield from self.owners()
        yield ""
        yield from self.sums()
        yield ""
        yield "RUN"
        row = self.row
        yield f"  computed by run {row['pipeline_run_id']} from inputs of {instant(row['loaded_at'])}"
        yield f"  version of the day's inputs {row['input_version']}"

    def heading(self) -> Iterator[str]:
        """Say what is explained."""
        row = self.row
        provisional = "; the vendor may still revise it" if row["is_provisional"] else ""
        yield f"LEDGER ROW {self.key}"
        what = (row["vendor"], row["platform"], row["model"], row["cost_component"])
        yield f"  {row['usage_date']}  {'  '.join(text for text in what if text)}"
        yield f"  amount   {plain(self.amount)} USD{provisional}"
        yield f"  actor    {row['actor_type']} {row['actor_id']}"
        yield f"  basis    {row['spend_basis']}: {words.BASES.get(row['spend_basis'], '')}"
        yield f"  method   {row['spend_method']}: {words.method(row['spend_method'])}"
        owner = row["person_email"] or "nobody"
        team = f", {row['team_name']}" if row["team_name"] else ""
        sure = plain(row["attribution_confidence"])
        yield f"  owner    {owner}{team} ({row['attribution_method']}, confidence {sure})"

    def owners(self) -> Iterator[str]:
        """Say who might own it, and why one does."""
        seen = set()
        for part in self.parts:
            actor = part["source_actor_type"], part["source_actor_id"]
            if actor in seen:
                continue
            seen.add(actor)
            yield f"  {actor[0]} {actor[1]}"
            for candidate in part["candidates"]:
                yield from _candidate(candidate)
        if len(seen) > 1:
            speaker = next(part for part in self.parts if part["is_speaking_for_row"])
            yield f"  {words.SPEAKER} Here: {speaker['source_actor_id']}."

    def sums(self) -> Iterator[str]:
        """Write the steps down."""
        yield from self.sheet.lines()
        yield f"  = {plain(self.amount)} USD" + ("" if self.comes_out else "   DOES NOT COME OUT")


def _part(part: Mapping[str, Any], number: int, of: int) -> Iterator[str]:
    place = part["workspace_key"]
    where = f" in workspace {place}" if place else ""
    yield (
        f"  part {number} of {of}: {plain(part['spend_usd'])} USD,"
        f" used by {part['used_actor_type']} {part['used_actor_id']}{where}"
    )
    if part["counted_by"]:
        yield f"    {words.counted(part['counted_by'])}"
        yield f"    {part['counted_tokens']} of {part['origin_tokens']} tokens"
    for line in part["lines"][:MOST_SHOWN]:
        yield from _line(line)
    if len(part["lines"]) > MOST_SHOWN:
        yield f"    and {len(part['lines']) - MOST_SHOWN} more lines: all are in THE SUM and in --json"


def _line(line: Mapping[str, Any]) -> Iterator[str]:
    names = ("model", "cost_component", "service_tier", "context_window", "inference_geo", "speed")
    what = ", ".join(str(line[name]) for name in names if line[name])
    units = "" if line["n_units"] is None else f", {line['n_units']} units"
    yield f"    {plain(line['line_usd'])} USD: {what}{units}"
    if line["sheet_row"] is not None:
        yield f"      row {line['sheet_row']} of the seats tab: {plain(line['stated_usd'])} USD a month"
    if line["price_id"]:
        until = line["valid_to_date"] or "further notice"
        yield (
            f"      price {plain(line['list_price_usd_per_million_units'])} USD per million,"
            f" {line['priced_model']}, from {line['valid_from_date']} until {until} (seed provider_pricing)"
        )
    for record in line["records"][:MOST_SHOWN]:
        yield f"      {_record(record)}"
    if len(line["records"]) > MOST_SHOWN:
        yield f"      and {len(line['records']) - MOST_SHOWN} more records"
    if len(line["sharers"]) > 1:
        shown = line["sharers"][:MOST_SHOWN]
        more = len(line["sharers"]) - len(shown)
        who = "; ".join(f"{one['used_actor_id']} {one['line_weight']}" for one in shown)
        yield f"      shared by {who}{f'; {more} more' if more else ''}"


def _record(record: Mapping[str, Any]) -> str:
    name = f"{record['source_name']}.{record['resource_name']}"
    number = "" if record["record_row"] is None else f" no. {record['record_row']}"
    text = f' "{record["record_text"]}"' if record["record_text"] else ""
    if record["stated_amount_text"] is None:
        sent = f"{plain(record['record_usd'])} USD"
    else:
        sent = f"{record['stated_amount_text']} cents {record['currency'] or 'USD'}"
    load = f", load {record['load_id']}" if record["load_id"] else ""
    return f"{record['usage_date']} {name}{number}{text}: {sent}{load}"


def _candidate(candidate: Mapping[str, Any]) -> Iterator[str]:
    is_chosen = candidate["candidate_rank"] == 1
    mark = ">" if is_chosen else " "
    conflict = ", the sheet contradicts itself" if candidate["is_mapping_conflict"] else ""
    yield (
        f"  {mark} {candidate['candidate_rank']}. {candidate['owner_email'] or 'nobody'}"
        f" ({candidate['attribution_method']}, {plain(candidate['attribution_confidence'])}{conflict}):"
        f" {candidate['evidence']}"
    )
    if is_chosen and candidate["rule_note"]:
        yield f"       chosen, as the highest step of the ladder: {candidate['rule_note']}"


def fields(value: Any) -> Any:  # noqa: ANN401 - whatever a table holds
    """Return what JSON can hold."""
    if isinstance(value, Mapping):
        return {name: fields(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [fields(inner) for inner in value]
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, dt.datetime):
        return instant(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    return value


def as_text(amount: Decimal | None) -> str:
    """Return an amount as it is read; what nobody knows is unknown, not 0."""
    return "unknown" if amount is None else plain(amount)


def instant(moment: dt.datetime) -> str:
    """Return an instant in UTC."""
    return f"{moment.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}"
