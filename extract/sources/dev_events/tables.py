"""Contracts of raw_dev_events: those that CI is held to when it records, where no source may be imported (`extract.recording.contract`)."""

from extract.recording.contract import TABLES

__all__ = ["TABLES"]
