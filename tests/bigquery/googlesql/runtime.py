"""Start of the WASM runtime: machine code is compiled once and kept, memory is copied in blocks.

Without this a process needs half a minute to start and copies every byte in a Python loop. The cache
is keyed by the size and the name of the module and by the version of wasmtime, so an upgrade makes a
new entry; it lies in `data/bigquery-check/wasm` and may be deleted at any time.
"""

import ctypes
import functools
import hashlib
import importlib.metadata
import os
from pathlib import Path
from typing import Any

import wasmtime
from zetasql.core import wasm_client

CACHE = Path(__file__).parents[3] / "data" / "bigquery-check" / "wasm"


def _cached_module(engine: wasmtime.Engine, path: str) -> wasmtime.Module:
    size = Path(path).stat().st_size
    key = f"{importlib.metadata.version('wasmtime')}:{os.uname().machine}:{size}:{path}"
    cached = CACHE / f"{hashlib.sha256(key.encode()).hexdigest()[:16]}.cwasm"
    if cached.exists():
        return wasmtime.Module.deserialize_file(engine, str(cached))
    module = wasmtime.Module.from_file(engine, path)
    CACHE.mkdir(parents=True, exist_ok=True)
    partial = cached.with_suffix(f".{os.getpid()}")
    partial.write_bytes(bytes(module.serialize()))
    partial.replace(cached)
    return module


class _CachedModule:
    """Stands where the client expects wasmtime's `Module`."""

    from_file = staticmethod(_cached_module)


def _address(client: Any) -> int:
    return ctypes.addressof(client.memory.data_ptr().contents)


def _write_block(client: Any, pointer: int, content: bytes) -> None:
    ctypes.memmove(_address(client) + pointer, bytes(content), len(content))


def _read_block(client: Any, pointer: int, size: int) -> bytes:
    return ctypes.string_at(_address(client) + pointer, size)


@functools.cache
def service() -> Any:
    """Return the one GoogleSQL service of this process."""
    wasm_client.Module = _CachedModule
    wasm_client.WasmClient.write_bytes = _write_block
    wasm_client.WasmClient.read_bytes = _read_block
    from zetasql.core.local_service import ZetaSqlLocalService

    return ZetaSqlLocalService.get_instance()
