"""The API under load: `make bench-api`."""
