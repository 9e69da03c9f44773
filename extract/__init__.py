"""Thin loaders: vendor APIs and sheets land as raw tables, without a business rule.

`python -m extract --help` is the manual. `config` reads the environment, `sources/<vendor>` knows the endpoints and the
columns, `client` asks them, `landing` brings what was read to the raw tables.
"""

from warehouse.beginning import check

check("extract")
