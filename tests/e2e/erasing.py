"""Erasing in a chain: what the privacy programs may remove lies in its folder, and its builds replay what dbt sends."""

from collections.abc import Callable
from dataclasses import replace

from privacy.config import Settings, read_settings
from privacy.erasing import erase_pending
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


def run(chain: Chain, settings: Settings, *programs: str) -> None:
    """Build or publish as `make run` does, where the settings say."""
    for program in programs:
        if program == "build":
            chain.build()
        else:
            done = chain.run(
                *("serving", "publish"),
                PUBLISH_DIR=str(settings.publish_dir),
                DBT_TARGET_PATH=str(settings.target_dir),
            )
            assert done.code == 0, done.text


def erase(chain: Chain, settings: Settings, say: Callable[[str], None]) -> int:
    """Do the erasures that wait in a warehouse whose marts are up to date; return how many."""
    builds = iter([(), ("build",)])

    def run_one(working: Settings, *programs: str) -> None:
        assert working.duckdb_path != settings.duckdb_path or programs == ("focus",)
        copied = replace(chain, folder=working.duckdb_path.parent)
        # Only the build after the replacing has something to do.
        build = next(builds) if "build" in programs else ()
        run(copied, working, *build, *(set(programs) & {"publish"}))

    return erase_pending(settings, say, run_one)
