"""What CI records itself: one validated event, one file. `python -m extract record --help` is the manual.

A CI job has no warehouse, no vendor's key and often none of the project's packages: nothing here, nor what it imports, needs more
than Python itself (a bucket needs its client).
"""
