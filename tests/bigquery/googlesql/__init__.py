"""GoogleSQL on this machine: Google's own analyser and reference executor (PyPI `zetasql`, WASM).

`engine.GoogleSql` is where to begin; `dialect` says what BigQuery speaks, `types` and `values` translate,
`runtime` makes the start fast.
"""
