from decimal import Decimal

import pytest

from serving.api.presentation import as_csv, money, number, ratio


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (None, None),
        ("0", "0.000000"),
        ("-0.0000001", "0.000000"),
        ("0.0000005", "0.000001"),
        ("-0.0000005", "-0.000001"),
        ("0.0000025", "0.000003"),  # half to even would say 2
        ("0.000000499", "0.000000"),
        ("12345678901234567890123456789.123456789", "12345678901234567890123456789.123457"),
        ("1E+3", "1000.000000"),
    ],
)
def test_money_has_six_decimals_half_away_from_zero(amount: str | None, text: str | None) -> None:
    assert money(None if amount is None else Decimal(amount)) == text


def test_ratio_of_nothing_is_unknown() -> None:
    assert ratio(1, 0) is None
    assert ratio(1, None) is None
    assert ratio(None, 1) is None
    assert ratio(0, 4) == 0
    assert number(ratio(1, 3)) == 0.333333


def test_csv_quotes_what_needs_it_and_leaves_the_unknown_empty() -> None:
    rows = [{"name": 'a "b", c', "spend": None}, {"name": "d", "spend": "1.000000"}]
    assert as_csv({"rows": rows}, "rows", ["name", "spend"]).decode() == (
        'name,spend\r\n"a ""b"", c",\r\nd,1.000000\r\n'
    )
    assert as_csv({"share": 1e-06, "of": {"all": 2.5e-05}}).decode().splitlines()[1:] == [
        "share,,0.000001",
        "of,all,0.000025",
    ]
    assert as_csv({"rows": [{"share": 1e-06}]}, "rows", ["share"]) == b"share\r\n0.000001\r\n"
    assert as_csv({"rows": []}, "rows", ["name", "spend"]) == b"name,spend\r\n"
