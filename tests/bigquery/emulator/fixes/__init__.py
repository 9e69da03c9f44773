"""Corrections of the emulator, each of which makes it behave more like BigQuery.

Scaffolding of the tests alone: nothing on the way of a row knows of them. Each is counted by name
when it was needed, and the counts are printed, so that one that is no longer needed can go.
"""
