"""Fix `views`: a view is read as a view.

To apply row access policies, which there are none of here, the emulator writes the text of every view
into each statement that reads it, to a depth of eight. Its engine has the views, so they are left be.
"""

from typing import Any

from bqemulator.sql import inner_query

from tests.bigquery.emulator.fixes.counting import used


def apply() -> None:
    """Leave out the rewriting for row access policies."""

    def keep(sql: str, **_: Any) -> str:
        used("views")
        return sql

    inner_query.rewrite_for_row_access = keep
