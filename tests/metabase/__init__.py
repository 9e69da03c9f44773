"""The boards in a real Metabase, for whoever has Docker; never a part of `make test`."""
