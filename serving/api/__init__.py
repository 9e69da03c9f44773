"""The REST API over the published snapshot."""
