"""From vendors' rows to raw tables, once for all sources.

`contracts` says what a raw table is, `values` and `convert` read a row by it, `spool` keeps what was read on disk, `plan` and
`ledger` know which days are wanted and which are there, `load` hands changed partitions to dlt, `run` does all of it for a source.
"""
