"""A table is asked in one query what all its columns promise: a NULL in a column that promises no more than that is found."""

from pathlib import Path

import pytest

from tests.e2e.chain import Chain
from tests.recording import Recording

LEDGER = "fct_ai_spend_daily"


def test_a_null_that_may_not_be_is_found(small: Chain, tmp_path: Path) -> None:
    chain = small.copy(tmp_path)
    assert chain.recordings is not None
    nodes = Recording.read(chain.recordings.first).nodes.values()
    (promises,) = [n.name for n in nodes if n.name.startswith(f"column_promises_{LEDGER}")]
    chain.build(select=[promises], tested=True)
    chain.change(
        f"update marts.{LEDGER} set loaded_at = null"
        f" where spend_id = (select min(spend_id) from marts.{LEDGER})"
    )
    with pytest.raises(AssertionError, match=f"{promises}: 1"):
        chain.build(select=[promises], tested=True)
