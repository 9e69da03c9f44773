"""What is in the image, as CycloneDX 1.6: `python bin/sbom.py LOCK FILE`, or `make sbom`.

A lock names every package with its version, the hashes of its files and who asked for it; that is a bill of materials in another
form, so nothing is installed, asked or guessed. Written the same for the same lock, so that two of them can be compared.
"""

import hashlib
import json
import re
import sys
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SPEC = "1.6"
PRODUCT = "ai-usage-analytics"


@dataclass(frozen=True)
class Package:
    """A package of a lock."""

    name: str
    version: str
    marker: str
    hashes: tuple[str, ...]
    wanted_by: tuple[str, ...]
    """Packages that need it; a source of ours (`-r requirements.in`) is the product itself."""

    @property
    def purl(self) -> str:
        """Return its name for everybody's tools."""
        return f"pkg:pypi/{self.name}@{self.version}"


def read_lock(text: str) -> Iterator[Package]:
    """Yield the packages of a lock that uv wrote.

    Raises:
        ValueError: A line is in a form that is not known here; it is named.
    """
    for entry in re.split(r"\n(?=[a-z0-9])", text):
        if not re.match(r"[a-z0-9]", entry):
            continue
        head = re.match(r"([a-z0-9.-]+)==([^\s;\\]+)(?: ; ([^\\]+))?", entry)
        if head is None:
            raise ValueError(f"not a pinned package: {entry.splitlines()[0]}")
        via = re.findall(r"^    #(?: via)? +(\S.*)$", entry, re.MULTILINE)
        yield Package(
            head[1],
            head[2],
            (head[3] or "").strip(),
            tuple(sorted(set(re.findall(r"sha256:([0-9a-f]{64})", entry)))),
            tuple(name for name in via if name != "via" and not name.startswith("-c ")),
        )


def bill(lock: str, version: str) -> dict[str, Any]:
    """Return the bill of materials of a lock.

    Args:
        lock: the lock's text
        version: the product's
    """
    packages = list(read_lock(lock))
    by_name = {package.name: package for package in packages}
    product = f"pkg:generic/{PRODUCT}@{version}"
    needs: dict[str, set[str]] = {product: set(), **{package.purl: set() for package in packages}}
    for package in packages:
        for name in package.wanted_by:
            needs[by_name[name].purl if name in by_name else product].add(package.purl)
    return {
        "$schema": f"http://cyclonedx.org/schema/bom-{SPEC}.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": SPEC,
        # Of the content: another lock has another one, the same lock the same.
        "serialNumber": f"urn:uuid:{uuid.UUID(hashlib.sha256(lock.encode()).hexdigest()[:32])}",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": product,
                "name": PRODUCT,
                "version": version,
            }
        },
        "components": [_component(package) for package in packages],
        "dependencies": [
            {"ref": ref, "dependsOn": sorted(wanted)} for ref, wanted in sorted(needs.items())
        ],
    }


def _component(package: Package) -> dict[str, Any]:
    found: dict[str, Any] = {
        "type": "library",
        "bom-ref": package.purl,
        "name": package.name,
        "version": package.version,
        "purl": package.purl,
        # One for each platform's file; which of them is installed, the platform decides.
        "hashes": [{"alg": "SHA-256", "content": content} for content in package.hashes],
    }
    if package.marker:
        found["properties"] = [{"name": "marker", "value": package.marker}]
    return found


def main(arguments: list[str]) -> int:
    """Write what the command line says and return the exit code."""
    lock, target = map(Path, arguments)
    project = (Path(__file__).resolve().parents[1] / "pyproject.toml").read_text(encoding="utf-8")
    version = re.findall(r'^version = "(.+)"', project, re.MULTILINE)[0]
    made = bill(lock.read_text(encoding="utf-8"), version)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")
    print(f"sbom: {len(made['components'])} packages of {lock.name} in {target}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
