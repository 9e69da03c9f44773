"""A plugin of dbt that writes down what dbt sends while `bin/run` builds: the end-to-end tests begin there (bin/check).

dbt finds it where PYTHONPATH names this folder. Without E2E_DBT_RECORD, which names the file of the recording, it does nothing.
The warehouse is copied before dbt opens it: `loaded.duckdb`, beside it.
"""

import os
import shutil
from pathlib import Path
from typing import Any

from dbt.plugins.manager import dbt_hook, dbtPlugin
from dbt_common.events.event_manager_client import add_callback_to_manager

from tests.recording import Recorder


class Recording(dbtPlugin):
    """Listens to one command of dbt and writes its statements down if it succeeds."""

    _file: Path | None = None
    _manifest: Any = None

    def initialize(self) -> None:
        """Keep the warehouse as the loaders left it, and begin to listen."""
        file = os.environ.get("E2E_DBT_RECORD")
        if not file:
            return
        self._file, self._recorder = Path(file), Recorder()
        warehouse = Path(os.environ["DUCKDB_PATH"])
        shutil.copy(warehouse, warehouse.with_name("loaded.duckdb"))
        add_callback_to_manager(self._hear)

    @dbt_hook  # type: ignore[untyped-decorator]
    def get_manifest_artifacts(self, manifest: Any) -> dict[str, Any]:
        """Take note of the manifest, which says what each node is, and add nothing to what dbt writes."""
        self._manifest = manifest
        return {}

    def _hear(self, event: Any) -> None:
        self._recorder.hear(event)
        if event.info.name == "CommandCompleted" and event.data.success and self._file:
            self._recorder.write(self._file, self._manifest, os.environ)


plugins = [Recording]
