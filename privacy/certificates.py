"""What an erasure proves, and what it says of it: figures and names of tables, never a person."""

from collections.abc import Iterable
from typing import Any

from privacy import jobs
from privacy.findings import Findings
from privacy.plan import Plan
from privacy.replacing import Touched
from privacy.steps import Person
from privacy.totals import Totals, differences, digest, headline

FORMAT = 2


def certificate(
    person: Person,
    *,
    detail: str,
    started: str,
    findings: Findings,
    plan: Plan | None = None,
    touched: Iterable[Touched] = (),
    totals: tuple[Totals, Totals] | None = None,
) -> dict[str, Any]:
    """Return the certificate of one job.

    Args:
        person: Whom it is about.
        detail: `erased` or `nothing_held`.
        started: When the run began.
        findings: What the search found, and what it looked at.
        plan: What was to be replaced.
        touched: What was replaced.
        totals: Before and after; None where no table was touched.
    """
    made: dict[str, Any] = {
        "format": FORMAT,
        "detail": detail,
        "started_at": started,
        "n_identifiers": {
            "emails": len(person.subject.emails),
            "vendor_ids": len(person.subject.ids),
            "names": len(person.subject.names) + len(person.subject.shared_names),
        },
        "planned": plan.as_json() if plan else {},
        "tables": {str(one.table): one.n_cells for one in touched},
    }
    if totals is not None:
        before, after = totals
        changed = differences(before, after)
        made["totals"] = {
            "equal": not changed,
            "n_compared": len(before),
            "before_sha256": digest(before),
            "after_sha256": digest(after),
            "headline_before": headline(before),
            "headline_after": headline(after),
            "different": changed,
        }
    return searched(made, findings)


def searched(made: dict[str, Any], findings: Findings) -> dict[str, Any]:
    """Return a certificate with what another search found, and the verdict that follows from it."""
    is_equal = made.get("totals", {}).get("equal", True)
    return {
        **made,
        "verdict": "complete" if is_equal and not findings else "incomplete",
        "finished_at": jobs.now(),
        "looked_at": findings.looked.as_json(),
        "scan": {
            "tables_naming_the_person": len(findings.tables),
            "files_naming_the_person": len(findings.files),
            "places": findings.places(),
        },
    }


def is_complete(made: dict[str, Any]) -> bool:
    """Tell whether nothing was found and nothing changed."""
    return bool(made["verdict"] == "complete")


def what_is_wrong(made: dict[str, Any]) -> str:
    """Return why a certificate is incomplete, for the job and whoever reads it."""
    parts = [
        f"{n} {name.replace('_', ' ')}"
        for name, n in made["scan"].items()
        if n and name != "places"
    ]
    parts += [f"in {', '.join(made['scan']['places'][:5])}"] if made["scan"]["places"] else []
    different = made.get("totals", {}).get("different", [])
    if different:
        parts.append(f"totals that differ: {', '.join(different[:5])}")
    return "; ".join(parts)
