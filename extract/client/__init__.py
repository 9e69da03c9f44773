"""How vendors' APIs are asked: HTTP with retries and typed errors, Google's accounts."""
