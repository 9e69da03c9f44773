"""The process that compiles: dbt twice, in one interpreter, against the null service.

    python -m tests.bigquery.compile_process FOLDER

The second time it compiles what is incremental: all else is what it was. Writes FOLDER/first and
FOLDER/incremental, each with `manifest.json` and `extras.json`. The extras are what dbt renders only
when it runs a model: its hooks, and the query by which it compares a contract with the model. They
are rendered here with the context the model compiles in.
"""

import json
import os
import shutil
import sys
from pathlib import Path
from typing import Any

from tests.bigquery import null_service
from tests.bigquery.workspace import ROOT

CONTRACT_QUERY = "{{ get_empty_subquery_sql(get_empty_schema_sql(model['columns'])) }}"


def main(folder: Path) -> int:
    """Compile both branches; return the exit code."""
    from dbt.cli.main import dbtRunner

    extras = _collect_extras()
    with null_service.running() as service:
        os.environ["BIGQUERY_STUB"] = service.address
        for branch in ("first", "incremental"):
            extras.clear()
            target = folder / branch
            target.mkdir(parents=True, exist_ok=True)
            if branch == "incremental":
                shutil.copy(folder / "first" / "partial_parse.msgpack", target)
                service.existing = _relations(folder / "first" / "manifest.json")
            command = ["--quiet", "--no-use-colors", "compile", "--target", "bigquery_offline"]
            command += ["--target-path", str(target), "--log-path", str(target / "logs")]
            if branch == "incremental":
                command += ["--select", "config.materialized:incremental"]
            outcome = dbtRunner().invoke(command, project_dir=str(ROOT))
            if not outcome.success:
                sys.stderr.write(f"{outcome.exception or outcome.result}\n")
                return 1
            (target / "extras.json").write_text(json.dumps(extras, indent=1, sort_keys=True))
        for query in service.refused:
            sys.stderr.write(f"a macro asks the warehouse at compile time: {query}\n")
        return 1 if service.refused else 0


def _collect_extras() -> dict[str, list[tuple[str, str]]]:
    """Have every compiled node's extras rendered as well; return where they are put."""
    from dbt.clients import jinja
    from dbt.compilation import Compiler

    collected: dict[str, list[tuple[str, str]]] = {}
    original = Compiler._compile_code

    def compile_code(
        compiler: Any, node: Any, manifest: Any, extra_context: dict[str, Any] | None = None
    ) -> Any:
        compiled = original(compiler, node, manifest, extra_context)
        templates = _templates(node)
        if templates:
            context = compiler._create_node_context(node, manifest, extra_context or {})
            rendered = [
                (kind, str(jinja.get_rendered(template, context, node)).strip())
                for kind, template in templates
            ]
            collected[node.unique_id] = [(kind, sql) for kind, sql in rendered if sql]
        return compiled

    Compiler._compile_code = compile_code  # type: ignore[assignment, method-assign]
    return collected


def _templates(node: Any) -> list[tuple[str, str]]:
    hooks = [
        hook
        for name in ("pre_hook", "post_hook")
        for hook in getattr(node.config, name, None) or []
    ]
    templates = [("hook", hook.sql) for hook in hooks]
    contract = getattr(node.config, "contract", None)
    if contract is not None and contract.enforced:
        templates.append(("contract", CONTRACT_QUERY))
    return templates


def _relations(manifest: Path) -> set[tuple[str, str]]:
    nodes = json.loads(manifest.read_text())["nodes"].values()
    return {
        (node["schema"], node.get("alias") or node["name"])
        for node in nodes
        if node["resource_type"] in ("model", "seed", "snapshot")
    }


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
