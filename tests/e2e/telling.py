"""What stands in a company, counted before and after people are erased, and what of it is another that should not be.

Every value of every column of the raw tables and the marts is counted, hashes left out. A value that is gone has to name the
person, a new one has to hold a pseudonym.
"""

import re
from collections import Counter
from collections.abc import Iterator

import duckdb

from privacy.subject import Subject
from tests.e2e.chain import Chain

HASH = re.compile(r"\b[0-9a-f]{32,64}([!#][0-9a-f]+)*\b")
"""Ids of people and rows and fingerprints, which addresses are a part of."""
Values = dict[str, Counter[str]]


def values(chain: Chain) -> Values:
    """Count the values of each column of the raw tables and the marts."""
    found: Values = {}
    with duckdb.connect(str(chain.warehouse), read_only=True) as connection:
        connection.execute("set TimeZone = 'UTC'")
        tables = connection.execute(
            "select table_schema, table_name, list(column_name order by ordinal_position)"
            " from information_schema.columns"
            " where (starts_with(table_schema, 'raw_') or table_schema = 'marts')"
            " and not ends_with(table_schema, '_staging') and not starts_with(table_name, '_dlt')"
            # When a row was written, or a build was made.
            " and column_name not in ('_loaded_at', 'loaded_at') group by all"
        ).fetchall()
        for schema, table, columns in tables:
            counts = [found.setdefault(f"{schema}.{table}.{name}", Counter()) for name in columns]
            texts = ", ".join(f'cast("{name}" as varchar)' for name in columns)
            rows = connection.execute(
                "select number, text, count(*) from"
                f" (select unnest(range({len(columns)})) as number, unnest([{texts}]) as text"
                f' from {schema}."{table}") group by all'
            ).fetchall()
            for number, text, n in rows:
                counts[number][HASH.sub("#", str(text))] += n
    return found


def names(subject: Subject, text: str) -> bool:
    """Tell whether a text names the person, in the plainest way there is."""
    text = text.casefold()
    # A key that Claude Code made carries what stands before the @.
    keys = (f"claude_code_key_{email.partition('@')[0]}_" for email in subject.emails)
    texts = (*subject.emails, *subject.ids, *keys)
    whole = {*subject.names, *subject.shared_names}
    return any(one.casefold() in text for one in texts) or any(
        " ".join(one.casefold().split()) in " ".join(text.split()) for one in whole
    )


def what_else_changed(before: Values, after: Values, *subjects: Subject) -> Iterator[str]:
    assert before.keys() == after.keys()
    for column, held in before.items():
        gone, new = held - after[column], after[column] - held
        assert gone.total() == new.total(), column
        yield from (
            f"{column}: {text} is gone"
            for text in gone
            if not any(names(one, text) for one in subjects)
        )
        yield from (f"{column}: {text} is new" for text in new if "erased-" not in text)
