"""Words that a filter knows. One that it does not know is an error that names those it does, never an empty sum.

Known is what stands in the caller's own rows and, for tools, in the list of platforms. Only columns that hold no persons
are asked, so that nobody learns from a refusal whether somebody is there; and what was sent is never repeated.
"""

from collections.abc import Iterable, Mapping

import duckdb

from serving.api.problems import Problem, Wrong
from serving.api.view import View

WORDS = frozenset(
    """
    actor_type anomaly_status attribution_method budget_scope category charge_category charge_status check_name check_status
    cost_basis cost_component day_status difference_reason entry_type interval_method key_status measured_by month_status
    part_type period_type platform platform_detection_method pricing_model provider quantity_basis reconciliation_status
    restatement_reason review_rule rollup_scope routing_strategy savings_status scenario seat_status source_name spend_basis
    spend_method step_name task_type team_scope_level unprojected_reason unread_reason usage_scope_level usage_source vendor
    """.split()  # noqa: SIM905 - a list of names reads better than a list of strings
)
"""Columns of few words, none of them about persons: what a mart's filters compare with what is known."""
PLATFORMS = "marts.dim_platforms"
_OF_PLATFORMS = ("vendor", "platform", "category")
MOST_NAMED = 50

Rows = tuple[str, list[str]]
"""SQL after `from` that holds the caller's own rows, and what is bound to its marks."""


def known_words(
    cursor: duckdb.DuckDBPyConnection, view: View | None, columns: Mapping[str, str], own: Rows
) -> dict[str, list[str]]:
    """Return the words of each parameter; `columns` says in which column it looks."""
    found = {}
    relation, bound = own
    for name, column in columns.items():
        parts, values = [f'select "{column}" as word from {relation}'], list(bound)
        if column in _OF_PLATFORMS and view is not None and view.has(PLATFORMS):
            parts.append(f'select "{column}" as word from {PLATFORMS}')
        rows = cursor.execute(
            f"select distinct word from ({' union all '.join(parts)}) where word is not null",
            values,
        ).fetchall()
        found[name] = sorted(str(word) for (word,) in rows)
    return found


def refuse_unknown(
    sent: Mapping[str, Iterable[str]], words: Mapping[str, list[str]]
) -> dict[str, list[str]]:
    """Return what was sent in the spellings that are there; case is no difference.

    Raises:
        Problem: A word is not known (400); the problem names those that are. Where nothing is known nothing is refused.
    """
    wrong, meant = [], {}
    for name, values in sent.items():
        known = words.get(name)
        if not known:
            meant[name] = list(values)
            continue
        meant[name] = []
        for value in values:
            spelled = [word for word in known if word.casefold() == value.strip().casefold()]
            meant[name] += spelled
            if not spelled:
                wrong.append(Wrong(where=f"query.{name}", what=f"known are {_listed(known)}"))
    if wrong:
        raise Problem(400, "A filter names something that is not there; see errors.", errors=wrong)
    return meant


def _listed(words: list[str]) -> str:
    more = len(words) - MOST_NAMED
    return ", ".join(words[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
