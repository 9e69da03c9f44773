"""`make serve` says which setting is wrong before it loads anything, and whose data it shows."""

import socket
from dataclasses import replace

import pytest

from serving.config import Settings
from serving.publish import publish
from serving.server import greeting, refuse_unusable_address
from warehouse.settings import ConfigError


def test_a_taken_port_is_named(settings: Settings) -> None:
    """Naive: uvicorn's `[Errno 98]`, after everything was loaded."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        here = replace(settings, api_port=taken.getsockname()[1])
        with pytest.raises(ConfigError, match=r"API_PORT: \d+ is taken by another program"):
            refuse_unusable_address(here)
    refuse_unusable_address(here)


@pytest.mark.parametrize(
    ("host", "port", "said"),
    [
        ("192.0.2.1", 8000, "API_HOST: 192.0.2.1 is no address of this machine"),
        ("127.0.0.1", 70_000, "API_PORT: 70000 is above 65535"),
    ],
)
def test_an_address_that_cannot_be_is_named(
    settings: Settings, host: str, port: int, said: str
) -> None:
    with pytest.raises(ConfigError, match=said):
        refuse_unusable_address(replace(settings, api_host=host, api_port=port))


def test_the_first_line_says_that_data_are_invented(settings: Settings) -> None:
    publish(settings)
    assert greeting(settings)[0].startswith("serve: SANDBOX DATA")
    publish(replace(settings, data_origin="vendors"))
    assert "SANDBOX" not in "\n".join(greeting(settings))
