"""The limits of the door: each a setting with a number, all of them listed in `docs/configuration.md`."""

from collections.abc import Mapping
from dataclasses import dataclass

from warehouse.settings import ConfigError, positive

MEBIBYTE = 1_048_576
WHOLE = 30
"""How much longer a whole answer may take than a piece of it."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How much of the service anybody, and everybody together, may hold."""

    connections: int = 4_096
    connections_per_peer: int = 1_024
    """Of one address. A proxy is one address."""
    header_bytes: int = 32_768
    arrival_seconds: int = 10
    """Within which a request has to be there, from its first byte on; a new connection sends it within as long."""
    streams: int = 64
    streams_per_token: int = 8
    """Streams that are sent at once: pages of a mart, a person's copy."""
    event_streams: int = 512
    event_streams_per_token: int = 64
    sending_mib: int = 64
    """Memory of large answers that are being sent; half of it for one token."""
    ready_seconds: int = 2
    """Within which `/readyz` has to have a small answer."""

    def __post_init__(self) -> None:
        """Check what belongs together.

        Raises:
            ConfigError: A part is more than the whole.
        """
        for part, whole in (
            ("connections_per_peer", "connections"),
            ("streams_per_token", "streams"),
            ("event_streams_per_token", "event_streams"),
        ):
            if getattr(self, part) > getattr(self, whole):
                raise ConfigError(f"API_{part.upper()}: more than API_{whole.upper()}.")


def read_limits(env: Mapping[str, str]) -> Limits:
    """Read and check the limits: `API_CONNECTIONS` and so on.

    Raises:
        ConfigError: A value cannot be used. The message names the variable.
    """
    given = {
        "connections": env.get("API_CONNECTIONS"),
        "connections_per_peer": env.get("API_CONNECTIONS_PER_PEER"),
        "header_bytes": env.get("API_HEADER_BYTES"),
        "arrival_seconds": env.get("API_ARRIVAL_SECONDS"),
        "streams": env.get("API_STREAMS"),
        "streams_per_token": env.get("API_STREAMS_PER_TOKEN"),
        "event_streams": env.get("API_EVENT_STREAMS"),
        "event_streams_per_token": env.get("API_EVENT_STREAMS_PER_TOKEN"),
        "sending_mib": env.get("API_SENDING_MIB"),
        "ready_seconds": env.get("API_READY_SECONDS"),
    }
    return Limits(
        **{
            name: positive(f"API_{name.upper()}", text)
            for name, text in given.items()
            if text is not None
        }
    )
