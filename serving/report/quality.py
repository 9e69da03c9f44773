"""How far the figures can be trusted: the checks of the whole snapshot, each once by its worst result."""

from serving.report.figures import NOT_FOR_THIS_TOKEN, Figure, figure
from serving.report.reading import CHECKS, Month, Reader

_LABELS = {
    "n_checks": "Data-quality checks",
    "n_ok": "Found nothing",
    "n_notes": "Worth knowing",
    "n_warnings": "To look at",
    "n_failures": "Figures may be wrong",
}


def quality(reader: Reader, month: Month) -> list[Figure]:
    """Return how many checks found what."""
    if not reader.scope.is_whole_company:
        return [
            figure("checks.total", _LABELS["n_checks"], None, "checks", note=NOT_FOR_THIS_TOKEN)
        ]
    if not reader.has([CHECKS]):
        return [
            figure(
                "checks.total", _LABELS["n_checks"], None, "checks", note="none in this snapshot"
            )
        ]
    (found,) = reader.rows("checks", month)
    keys = {
        "n_checks": "total",
        "n_ok": "ok",
        "n_notes": "notes",
        "n_warnings": "warnings",
        "n_failures": "failures",
    }
    return [figure(f"checks.{keys[name]}", label, found[name], "checks") for name, label in _LABELS.items()]  # fmt: skip
