"""The door: what connections, requests that never end, readers that never read and streams may cost, before and after a token."""
