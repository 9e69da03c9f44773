"""Publish the marts, or say what they mean.

    python -m serving publish     export the marts as a new snapshot and make it the current one
    python -m serving focus       write the published ledger as FOCUS 1.2 files, one set per content
    python -m serving summary     print what was loaded, what it cost and what looks wrong

Settings come from the environment (`docs/configuration.md`). Exit code: 0 done, 1 failed, 2 a setting is wrong.
"""

import argparse
import sys

from serving.config import ConfigError, read_settings
from serving.focus.export import FocusError, export
from serving.publish import PublishError, publish
from serving.snapshot import SnapshotError, open_current
from serving.summary import summarise
from serving.warehouse import WarehouseError


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m serving",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("command", choices=["publish", "focus", "summary"])
    command = parser.parse_args(arguments).command
    try:
        settings = read_settings()
    except ConfigError as error:
        print(f"serving: {error}", file=sys.stderr)
        return 2
    try:
        if command == "summary":
            print("\n".join(summarise(open_current(settings.publish_dir))))
            return 0
        if command == "focus":
            exported = export(open_current(settings.publish_dir), settings.focus_dir)
            change = "new" if exported.is_new else "unchanged"
            print(f"focus: {len(exported.files)} files in {exported.folder}, {change}")
            return 0
        done = publish(settings)
    except (
        FocusError,
        PublishError,
        SnapshotError,
        FileNotFoundError,
        WarehouseError,
    ) as error:
        print(f"serving: {error}", file=sys.stderr)
        return 1
    place = settings.publish_dir / done.snapshot_id
    if done.is_new:
        print(f"publish: {done.n_tables} tables, {done.n_rows:,} rows in {place}")
    else:
        print(f"publish: nothing changed; {place} stays current")
    return 0


if __name__ == "__main__":
    sys.exit(main())
