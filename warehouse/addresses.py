"""Addresses that keys are sent to: over https, or to this machine."""

import ipaddress
from collections.abc import Mapping
from urllib.parse import urlsplit

from warehouse.settings import ConfigError

PLAIN_HTTP_HOSTS = "PLAIN_HTTP_HOSTS"
"""Hosts of a network of one's own that may be reached over plain http: everybody on the way reads the key."""


def safe_address(name: str, text: str, environ: Mapping[str, str]) -> str:
    """Return the address of a setting without its last slash.

    Raises:
        ConfigError: It is no address, holds a key, or would send one over plain http to another machine.
    """
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
        is_whole = parts.scheme in ("http", "https") and bool(host) and parts.port != 0
    except ValueError:
        is_whole = False
    if not is_whole or "@" in parts.netloc or not text.isprintable() or " " in text:
        raise ConfigError(f"{name}: must be a URL like https://api.example, without a key in it.")
    if parts.scheme == "http" and not may_be_plain(host, environ):
        raise ConfigError(
            f"{name}: http:// to {host} would show the key to everybody on the way. Write https://, or name the host in "
            f"{PLAIN_HTTP_HOSTS} if the way to it is yours alone."
        )
    return text.rstrip("/")


def may_be_plain(host: str, environ: Mapping[str, str]) -> bool:
    """Tell whether what is said to a host may be read on its way: it is this machine, or one that PLAIN_HTTP_HOSTS names."""
    return _is_here(host) or host.lower() in _allowed(environ)


def _allowed(environ: Mapping[str, str]) -> set[str]:
    return {host.strip().lower() for host in environ.get("PLAIN_HTTP_HOSTS", "").split(",")} - {""}


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
