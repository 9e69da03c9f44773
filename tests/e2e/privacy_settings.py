"""The settings of the privacy programs for a chain: everything they may remove lies in its folder."""

from privacy.config import Settings, read_settings
from tests.e2e.chain import Chain


def privacy_settings(chain: Chain) -> Settings:
    """Return them; the parse cache that all chains share is left out."""
    return read_settings(
        {
            **chain.env(),
            "FOCUS_DIR": str(chain.folder / "focus"),
            "DBT_TARGET_PATH": str(chain.folder / "target"),
        }
    )
