"""The boards in Metabase: from the same definitions as the built-in pages, through the REST API of its free edition.

`payloads.py` makes bodies of definitions, `server.py` reads what is there, `plan.py` compares, `apply.py` writes. Nothing
here has spoken to a real Metabase; what it has been held against stands in `docs/metabase.md`.
"""
