"""What docs/threat-model.md calls shown is shown by a test that is there, and nothing is called safe without one."""

import re

from tests.repository.project import ROOT, text_of

ROWS = re.findall(
    r"^\| (\d+) \| [A-Z, ]+ \|(.+)\|$", text_of(ROOT / "docs" / "threat-model.md"), re.M
)


def test_threats_are_found_at_all() -> None:
    assert [int(number) for number, _ in ROWS] == list(range(1, len(ROWS) + 1))
    assert len(ROWS) > 15


def test_every_threat_has_a_proof_that_is_there() -> None:
    wrong = {}
    for number, row in ROWS:
        threat, stands, shown, left = row.split(" | ")
        proofs = re.findall(r"`([^`]+)`", shown)
        missing = [
            proof
            for proof in proofs
            if not proof.startswith("make ") and not (ROOT / proof).is_file()
        ]
        if not proofs or missing or not (threat.strip() and stands.strip() and left.strip()):
            wrong[number] = missing or row
    assert wrong == {}
