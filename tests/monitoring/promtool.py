"""promtool, where bin/promtool has put it."""

import os
import shutil
import subprocess

import pytest

from bin.cloud_policies import ROOT

TOOL = shutil.which("promtool") or str(ROOT / "data/tools/prometheus/usr/bin/promtool")


def promtool(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run it; skip where there is none, and fail there with CI=true."""
    if not os.access(TOOL, os.X_OK):
        why = "no promtool: bin/promtool brings it (Debian package prometheus)"
        if os.environ.get("CI") == "true":
            pytest.fail(why)
        pytest.skip(why)
    return subprocess.run([TOOL, *arguments], capture_output=True, text=True, check=False)
