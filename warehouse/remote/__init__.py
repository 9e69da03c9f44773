"""State that outlives a container: generations of files in a folder or a bucket, one writer at a time (ADR 0071).

`place.py` is where they lie, and everything above it asks three things of a place: read, list, and *create what is not there*.
`generations.py` makes whole sets of files of that, `lease.py` lets one run at a time write, `tree.py` brings a set to this
machine's disk and back, and `held.py` is what a program does with all of it.
"""
