"""Every filter has a name for people."""

from typing import get_args

from dashboards.definition import FILTER_LABELS, FilterName


def test_every_filter_is_called_something() -> None:
    assert list(FILTER_LABELS) == list(get_args(FilterName))
