"""`python -m serving site`: write a copy of the boards that can be sent."""

import argparse
from pathlib import Path

from serving.config import Settings
from warehouse.exit_codes import Exit

AUDIENCES = ("viewer", "lead")
"""Whom a copy may be for. Nothing in it names a person, so there is none for those who may read of persons."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("--role", choices=AUDIENCES, default="viewer")
    parser.add_argument("--organization", action="append", help="may be repeated; without it: all")
    parser.add_argument(
        "--team", action="append", default=[], help="a lead's team; may be repeated"
    )
    parser.add_argument("--out", type=Path, default=Path("data/site"))


def run(settings: Settings, chosen: argparse.Namespace) -> int:
    """Write the copy and say where it is."""
    # The drawing library takes a second to load, which only this command needs.
    from serving.api.access import Principal
    from serving.api.tokens import EVERY_ORGANIZATION
    from serving.published_view import open_published
    from serving.web.site import Copy, SiteError

    if (chosen.role == "lead") != bool(chosen.team):
        print("serving: --team belongs to --role lead, and a lead needs one.")
        return Exit.SETTING_WRONG
    organizations = frozenset(chosen.organization or (EVERY_ORGANIZATION,))
    reader = Principal("site", chosen.role, organizations, teams=frozenset(chosen.team))
    view = open_published(settings)
    unknown = organizations - view.organizations - {EVERY_ORGANIZATION}
    if unknown:
        known = ", ".join(sorted(view.organizations)) or "none"
        print(
            f"serving: the snapshot has no organisation {', '.join(sorted(unknown))}; it has {known}."
        )
        return Exit.SETTING_WRONG
    try:
        pages = Copy(view, reader).write(chosen.out)
    except SiteError as error:
        print(f"serving: {error}")
        return Exit.FAILED
    size = sum(file.stat().st_size for file in chosen.out.rglob("*") if file.is_file())
    print(
        f"site: {len(pages)} pages, {size / 1e6:.1f} MB, in {chosen.out}: open {chosen.out / 'index.html'}"
    )
    return 0
