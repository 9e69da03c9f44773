"""Mutants: known faults, planted one at a time, each of which a named test must find. See README.md beside this file."""
