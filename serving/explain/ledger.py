"""One row of the ledger: what it is the sum of, down to what the vendor sent, and whose it might be."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import duckdb

from serving.explain import words
from serving.explain.arithmetic import NINE, OVER, TIMES, Sheet, Term
from serving.explain.explanation import Explanation
from serving.explain.reading import NothingFoundError, Origins, Row, origins_of, source_of

MOST_SHARERS = 20
_NO_ORIGINS = "Where this row comes from is not published: somebody in it waits to be erased, or the snapshot is from before."
_CENTS = Decimal(100)
_MILLION = Decimal(1_000_000)


def explain(cursor: duckdb.DuckDBPyConnection, spend_ids: Sequence[str]) -> list[Explanation]:
    """Explain rows of the ledger.

    Raises:
        NothingFoundError: The ledger has no such row.
    """
    origins = origins_of(cursor, spend_ids)
    return [_row(origins, spend_id) for spend_id in spend_ids]


def _row(origins: Origins, spend_id: str) -> Explanation:
    found, sheet = origins.ledger.get((spend_id,)), Sheet()
    if not found:
        raise NothingFoundError("The published ledger has no row of this spend_id.")
    row = found[0]
    parts = [_part(origins, sheet, part) for part in origins.parts.get((spend_id,), ())]
    if not parts:
        raise NothingFoundError(_NO_ORIGINS)
    sheet.total([part.pop("term") for part in parts], row["spend_usd"], "the row of the ledger")
    return Explanation("ledger_row", spend_id, row["spend_usd"], row, parts, sheet)


def _part(origins: Origins, sheet: Sheet, part: Row) -> dict[str, Any]:
    lines = [_line(origins, sheet, line) for line in origins.lines.get((part["origin_id"],), ())]
    if not lines:  # keys of rows lead nowhere while somebody in them waits to be erased
        raise NothingFoundError(_NO_ORIGINS)
    origin = sheet.total(
        [line.pop("term") for line in lines], part["origin_usd"], "the lines of one origin together"
    )
    term = origin
    weight, weights = part["counted_tokens"], part["origin_tokens"]
    if weights and (weight, part["spend_usd"]) != (weights, part["origin_usd"]):
        note = f"tokens: {words.counted(part['counted_by'])}"
        term = sheet.part(origin, weight, weights, part["rounding_usd"], part["spend_usd"], note)
    candidates = origins.candidates.get(source_of(part), [])
    return {**part, "lines": lines, "candidates": candidates, "term": term}


def _line(origins: Origins, sheet: Sheet, line: Row) -> dict[str, Any]:
    if line["stated_usd"] is None:
        return {**line, "records": [], "sharers": [], "term": _at_list_price(sheet, line)}
    paper = (line["paper_id"],)
    records, sharers = origins.records.get(paper, []), origins.sharers.get(paper, [])
    term = Term(line["stated_usd"])
    if records:
        note = f"what is stated: {words.PAPERS[line['spend_method']]}"
        term = sheet.total([_record(sheet, one) for one in records], line["stated_usd"], note)
    if line["paper_weight"]:
        weights = [Term(Decimal(one["line_weight"])) for one in sharers]
        total = Decimal(line["paper_weight"])
        if 1 < len(weights) <= MOST_SHARERS and sum(one.amount for one in weights) == total:
            sheet.total(weights, total, f"{_weighed(line)} of all who share it")
        term = sheet.part(
            term,
            line["line_weight"],
            line["paper_weight"],
            line["rounding_usd"],
            line["line_usd"],
            f"{_weighed(line)} of its own, of all",
        )
    else:
        term = sheet.total([term], line["line_usd"], "the line")
    return {**line, "records": records, "sharers": sharers, "term": term}


def _record(sheet: Sheet, record: Row) -> Term:
    """Turn what was sent into dollars."""
    text = f"{record['source_name']}.{record['resource_name']}"
    note = f"{text}: {record['record_text']}" if record["record_text"] else text
    if record["stated_amount_text"] is None:
        return Term(record["record_usd"])
    cents = Term(Decimal(record["stated_amount_text"]))
    rounded = cents.amount.quantize(NINE, "ROUND_HALF_UP")
    if rounded != cents.amount:
        cents = sheet.product(
            (cents, Term(Decimal(1))), (TIMES,), rounded, "cents, as they are kept"
        )
    rate = record["usd_per_unit"]
    if rate == 1:
        return sheet.product(
            (cents, Term(_CENTS)), (OVER,), record["record_usd"], f"cents of {note}"
        )
    units = (rounded / _CENTS).quantize(NINE, "ROUND_HALF_UP")
    stated = sheet.product((cents, Term(_CENTS)), (OVER,), units, f"cents of {note}")
    note = f"US dollars per {record['currency']} on the day"
    return sheet.product((stated, Term(rate)), (TIMES,), record["record_usd"], note)


def _at_list_price(sheet: Sheet, line: Row) -> Term:
    price, multiplier = line["list_price_usd_per_million_units"], line["geo_multiplier"]
    until = line["valid_to_date"] or "further notice"
    note = (
        f"{line['cost_component']} at the list price of {line['priced_model']},"
        f" valid from {line['valid_from_date']} until {until}"
    )
    terms = (Term(Decimal(line["n_units"])), Term(price), Term(_MILLION))
    if multiplier == 1:
        return sheet.product(terms, (TIMES, OVER), line["line_usd"], note)
    value = (line["n_units"] * price / _MILLION).quantize(NINE, "ROUND_HALF_UP")
    plain = sheet.product(terms, (TIMES, OVER), value, note)
    note = f"factor for use that stays in the region {line['inference_geo']}"
    return sheet.product((plain, Term(multiplier)), (TIMES,), line["line_usd"], note)


def _weighed(line: Mapping[str, Any]) -> str:
    if line["is_weighed_by_value"]:
        return "billionths of list value"
    return words.WEIGHTS.get(line["spend_method"], "units")
