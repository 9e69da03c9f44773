import pytest


def pytest_configure(config: pytest.Config) -> None:
    """Register the marks of this folder."""
    config.addinivalue_line("markers", "bigquery: compiles or runs the project's BigQuery SQL")
    config.addinivalue_line("markers", "emulator: loads and builds on the emulator; minutes")
