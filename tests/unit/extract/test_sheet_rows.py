"""Cells to rows: headers, blank rows, and keys that look like numbers."""

import pytest

from extract.sources.sheets.rows import HeaderError, tab_rows
from extract.sources.sheets.tables import HEADERS

KEYS = list(HEADERS["api_key_mapping"])


def test_pitfall_64_keys_stay_text_and_rows_keep_their_number() -> None:
    """Naive: "007" becomes 7, "1e5" 100000.0, and a blank row shifts or ends the list."""
    cells = [KEYS, ["007", "1e5"], [], ["", "  "], ["nan", "1,2", "ada@corp.example"]]
    rows = tab_rows("api_key_mapping", cells)
    assert [(row["sheet_row"], row["api_key_id"], row["api_key_name"]) for row in rows] == [
        (2, "007", "1e5"),
        (5, "nan", "1,2"),
    ]
    assert rows[0]["owner_email"] == ""


def test_pitfall_64_headers_are_trimmed() -> None:
    """Naive: "owner_email " is another column."""
    cells = [[f" {name} " for name in KEYS], ["k", "", " Ada@corp.example "]]
    assert tab_rows("api_key_mapping", cells)[0]["owner_email"] == " Ada@corp.example "


def test_pitfall_64_duplicate_header_is_named() -> None:
    """Naive: last one wins, silently."""
    with pytest.raises(HeaderError, match=r"columns D, H have the same header, 'platform'"):
        tab_rows("api_key_mapping", [[*KEYS, "platform"]])


def test_missing_header_is_named_with_what_to_do() -> None:
    with pytest.raises(HeaderError, match=r"lacks 'owner_email'; it has .*Add the column"):
        tab_rows("api_key_mapping", [["api_key_id", *KEYS[3:]]])


def test_a_sheet_without_its_header_row_tells_nothing_of_its_people() -> None:
    cells = [["ada@corp.example", "", "Ada Secret", "Engineering", "Engineering", "e_mail"]]
    with pytest.raises(HeaderError) as error:
        tab_rows("people", [[*cells[0][:4], cells[0][5]]])
    assert "it has [text], [text], [text], 'e_mail'" in str(error.value)
    with pytest.raises(HeaderError, match=r"columns D, E have the same header, \[text\]"):
        tab_rows("people", cells)


def test_one_of_the_key_columns_is_enough() -> None:
    assert tab_rows("api_key_mapping", [KEYS[1:], ["ci"]])[0]["api_key_name"] == "ci"
    with pytest.raises(HeaderError, match="api_key_id or api_key_name"):
        tab_rows("api_key_mapping", [KEYS[2:]])


def test_empty_sheet_lacks_its_headers() -> None:
    with pytest.raises(HeaderError, match="it has nothing"):
        tab_rows("people", [])


def test_blank_header_matters_only_above_content() -> None:
    assert tab_rows("api_key_mapping", [[*KEYS, "", ""], ["k"]])
    with pytest.raises(HeaderError, match="column H has content but a blank header"):
        tab_rows("api_key_mapping", [KEYS, ["k", *[""] * 6, "loose"]])


def test_extra_column_is_kept() -> None:
    assert tab_rows("api_key_mapping", [[*KEYS, "note"], ["k", *[""] * 6, "x"]])[0]["note"] == "x"
