"""No key of anybody's stands in a file: keys in the form and the length in which vendors give them out.

Invented ones in tests are shorter or of another form, so that this test has no list of exceptions.
"""

import re

import pytest

from tests.repository.project import ROOT, text_of, tracked_files

FORMS = {
    "Anthropic": r"sk-ant-[a-z]+\d\d-[\w-]{60,}",
    "Cursor": r"\b(?:key|crsr)_[0-9a-f]{64}\b",
    "GitHub": r"\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_\w{60,})\b",
    "Google key": r"\bAIza[\w-]{35}\b",
    "Google token": r"\bya29\.[\w-]{40,}",
    "Google client secret": r"\bGOCSPX-[\w-]{28}\b",
    "AWS": r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b",
    "Slack": r"\bxox[abprs]-\d{8,}-[\w-]{10,}|hooks\.slack\.com/services/T\w{6,}/B\w{6,}/\w{20,}",
    "OpenAI": r"\bsk-(?:proj-)?[A-Za-z0-9_-]{40,}T3BlbkFJ",
    "Metabase": r"\bmb_[A-Za-z0-9+/]{42,}=",
    "private key": r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----\s*(?:\\n)?[A-Za-z0-9+/=]{40,}",
    "token with a signature": r"\beyJ[\w-]{20,}\.eyJ[\w-]{20,}\.[\w-]{30,}",
}
ANY = re.compile("|".join(f"(?:{form})" for form in FORMS.values()))
# Put together here, so that this file does not find itself.
PLANTED = {
    "Anthropic": "sk-ant-" + "admin01-" + "aB3_" * 20,
    "Cursor": "key" + "_" + "0123456789abcdef" * 4,
    "GitHub": "gh" + "p_" + "a1B2" * 9,
    "Google key": "AI" + "za" + "a1B2c" * 7,
    "Google token": "ya" + "29." + "a1B2_" * 10,
    "Google client secret": "GOC" + "SPX-" + "a1B2" * 7,
    "AWS": "AK" + "IA" + "ABCD1234" * 2,
    "Slack": "xo" + "xb-" + "123456789012-abcdefghijkl",
    "OpenAI": "s" + "k-proj-" + "a1B2" * 10 + "T3Blbk" + "FJ",
    "Metabase": "m" + "b_" + "a1B2" * 11 + "=",
    "private key": "-----BEGIN " + "PRIVATE KEY-----\n" + "MIIE" * 12,
    "token with a signature": "ey" + "J" + "a1B2" * 6 + ".ey" + "J" + "a1B2" * 6 + "." + "a1B2" * 9,
}


def test_no_key_stands_in_a_file() -> None:
    """A key that was committed is known to everybody: change it at the vendor, then take it out."""
    found = {
        str(path): ANY.findall(text)
        for path in tracked_files()
        for text in [text_of(ROOT / path)]
        if ANY.search(text)
    }
    assert sorted(found) == []


@pytest.mark.parametrize("form", FORMS)
def test_a_planted_key_is_found(form: str) -> None:
    assert re.search(FORMS[form], f'KEY="{PLANTED[form]}"')


def test_no_file_of_settings_is_kept() -> None:
    names = [path.name for path in tracked_files()]
    assert [name for name in names if name.startswith(".env") and name != ".env.example"] == []
    assert [
        name for name in names if name.endswith((".pem", ".p12", ".key", ".tfvars", ".tfstate"))
    ] == []
