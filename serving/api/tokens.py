"""Tokens as the service uses them; the store is below, because who erases a person ends the person's tokens."""

from privacy.tokens import (
    EVERY_ORGANIZATION,
    METRICS,
    PREFIX,
    ROLES,
    Token,
    TokenStore,
    TokenStoreError,
)

__all__ = [
    "EVERY_ORGANIZATION",
    "METRICS",
    "PREFIX",
    "ROLES",
    "Token",
    "TokenStore",
    "TokenStoreError",
]
