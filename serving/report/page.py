"""The page: drawn by typst with its own fonts, from the snapshot alone, so that the same snapshot gives the same bytes."""

import datetime as dt
import json
from pathlib import Path
from typing import Literal

import typst

from serving.report.layout import layout
from serving.report.report import Report

_TEMPLATE = Path(__file__).with_name("executive.typ")
# Nothing is loaded from packages; a folder that is none makes sure of it.
_NO_PACKAGES = Path(__file__).with_name("no-packages")


def draw(report: Report, kind: Literal["pdf", "png"] = "pdf") -> bytes:
    """Return the page as an accessible PDF (PDF/UA-1), or as a picture."""
    moment = dt.datetime.fromisoformat(report.as_of).astimezone(dt.UTC)
    return typst.compile(
        _TEMPLATE,
        root=_TEMPLATE.parent,
        format=kind,
        ppi=144,
        ignore_system_fonts=True,
        package_path=_NO_PACKAGES,
        package_cache_path=_NO_PACKAGES,
        # As data: nothing of it is ever read as code.
        sys_inputs={"report": json.dumps(layout(report), ensure_ascii=False)},
        pdf_standards=["ua-1"] if kind == "pdf" else [],
        timestamp=int(moment.timestamp()),
    )
