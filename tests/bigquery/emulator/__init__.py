"""The project end to end against an emulator: dlt loads over REST, dbt builds over REST.

`server` and `fixes` run inside `.venv-emulator`; the rest runs in the project's own environment.
"""
