"""Fixes `client-job-id`, `gzip-upload` and `parquet-by-name`: load jobs as BigQuery runs them. Copy jobs are written down.

* The emulator drops the job id that the client chose, so that a load sent twice loads twice;
  BigQuery answers 409 and the client resumes. That dlt survives a crash depends on it.
* It does not unpack gzip, which BigQuery recognises by itself.
* It loads Parquet by position; BigQuery goes by name.
"""

import gzip
import shutil
from pathlib import Path
from typing import Any

from bqemulator.api.routes import jobs, upload
from bqemulator.domain.errors import AlreadyExistsError
from bqemulator.jobs import executor

from tests.bigquery.emulator.fixes.counting import record, used

CLIENT_JOB = "__client_job_id"
GZIP = b"\x1f\x8b"


def apply() -> None:
    """Replace the three steps of a load."""
    read_envelope = upload._load_configuration_from_envelope
    run_load, new_job_id = upload._run_load, upload._new_job_id

    def read_with_job(envelope: dict[str, Any]) -> dict[str, Any]:
        configuration: dict[str, Any] = read_envelope(envelope)
        job = (envelope.get("jobReference") or {}).get("jobId")
        return configuration | {CLIENT_JOB: job} if job else configuration

    async def run(
        *, project_id: str, configuration: dict[str, Any], media_path: str, ctx: Any
    ) -> Any:
        configuration = dict(configuration)
        job = configuration.pop(CLIENT_JOB, None)
        load = configuration["load"]
        record({"load": load["destinationTable"], "schema": load.get("schema")})
        if job and ctx.catalog.get_job(project_id, job) is not None:
            used("client-job-id (load sent twice)")
            raise AlreadyExistsError(f"Already Exists: Job {project_id}:US.{job}")
        if load.get("sourceFormat") != "PARQUET":
            _unpack(Path(media_path))
        if job:
            used("client-job-id")
            upload._new_job_id = lambda: job  # read before the load's first await
        try:
            return await run_load(
                project_id=project_id,
                configuration=configuration,
                media_path=media_path,
                ctx=ctx,
            )
        finally:
            upload._new_job_id = new_job_id

    upload._load_configuration_from_envelope, upload._run_load = read_with_job, run
    executor._LOAD_FORMAT_HANDLERS["PARQUET"] = _load_parquet
    run_copy = jobs.execute_copy_job

    async def copy(project: str, job: str, config: dict[str, Any], *rest: Any) -> Any:
        copied = config["copy"]
        source = copied.get("sourceTable") or copied["sourceTables"][0]
        record({"source": source, "copy": copied["destinationTable"]})
        return await run_copy(project, job, config, *rest)

    jobs.execute_copy_job = copy


def _unpack(file: Path) -> None:
    with file.open("rb") as content:
        packed = content.read(2) == GZIP
    if packed:
        used("gzip-upload")
        plain = file.with_suffix(".plain")
        with gzip.open(file, "rb") as source, plain.open("wb") as target:
            shutil.copyfileobj(source, target)
        plain.replace(file)


def _load_parquet(path: str, target: str, ctx: Any) -> None:
    used("parquet-by-name")
    ctx.engine.execute(f"insert into {target} by name select * from read_parquet(?)", [path])
