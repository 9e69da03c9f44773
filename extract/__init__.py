"""Thin loaders: vendor APIs and sheets land as raw tables, without a business rule.

`python -m extract --help` is the manual. `config` reads the environment, `contracts` promises the
columns, `sources/<vendor>` knows the endpoints, `load` hands finished partitions to dlt.
"""
