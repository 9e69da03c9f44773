"""`bin/install.py` installs what the lock says and asks for nothing else, whatever an index offers, with uv and with pip."""

import importlib.util
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

from tests.unit.bin.package_index import BUILDER, PackageIndex, serve

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def program() -> ModuleType:
    """The program, with its installer made."""
    spec = importlib.util.spec_from_file_location("install", ROOT / "bin" / "install.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.install(module.INSTALLER_LOCK, module.INSTALLER)
    return module


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PackageIndex]:
    """A company's mirror that offers, of everything, a newer version too; pip.conf alone says where it is."""
    offered = PackageIndex(tmp_path)
    for version in ("1.0", "2.0"):
        offered.add("asker", version, "base[more]>=1.0")
        offered.add("base", version, 'helper>=1.0; extra == "more"', extra="more")
        offered.add("helper", version)
    with serve(offered):
        settings = tmp_path / "pip.conf"
        settings.write_text(f"[global]\nindex-url = {offered.url}\ncert = {offered.certificate}\n")
        for name in list(os.environ):
            if name.startswith(("PIP_", "UV_")) or name.endswith("_CA_BUNDLE"):
                monkeypatch.delenv(name)
        monkeypatch.setenv("PIP_CONFIG_FILE", str(settings))
        monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "uv"))
        monkeypatch.setenv("PIP_CACHE_DIR", str(tmp_path / "pip"))
        yield offered


Install = Callable[..., Path]


# What each of them promises by its own options.
both = pytest.mark.parametrize("install", ["uv", "pip"], indirect=True)


@pytest.fixture
def install(
    request: pytest.FixtureRequest,
    program: ModuleType,
    index: PackageIndex,  # noqa: ARG001 - it is where pip and uv look
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Install:
    """Write a lock, install it in a folder with a blank in its name, and return the folder."""
    if getattr(request, "param", "uv") == "uv":
        monkeypatch.setattr(program, "_run_pip", _refuse(program))
    else:
        monkeypatch.setattr(program, "_run_uv", lambda *_: False)

    def run(*lines: str) -> Path:
        lock, folder = tmp_path / "some.lock", tmp_path / "an environment"
        lock.write_text("".join(lines))
        program.install(lock, folder)
        return folder

    return run


def _refuse(program: ModuleType) -> Callable[..., None]:
    def refuse(*_: object) -> None:
        raise program.SetupError("pip is not asked")

    return refuse


def _installed(folder: Path) -> set[str]:
    return {path.name for path in folder.glob("lib/python3*/site-packages/*.dist-info")}


def _pins(index: PackageIndex, *names: str) -> list[str]:
    return [index.pin(name, "1.0") for name in names]


@both
def test_newer_versions_on_the_index_change_nothing(install: Install, index: PackageIndex) -> None:
    folder = install(*_pins(index, "asker", "base", "helper"))
    assert _installed(folder) == {f"{name}-1.0.dist-info" for name in ("asker", "base", "helper")}
    assert set(index.asked) == {f"/simple/{name}/" for name in ("asker", "base", "helper")} | {
        f"/files/{name}-1.0-py3-none-any.whl" for name in ("asker", "base", "helper")
    }
    # An activated shell has the settings of .env.
    assert (folder / "bin" / "activate").read_text().endswith(f'\n. "{ROOT}/bin/environment"\n')


@both
def test_hole_in_the_lock_is_refused_and_not_filled(
    install: Install, index: PackageIndex, program: ModuleType
) -> None:
    with pytest.raises(program.SetupError):
        install(*_pins(index, "asker"))
    assert [path for path in index.asked if "asker" not in path] == []


@both
def test_file_with_another_content_is_refused(
    install: Install, index: PackageIndex, program: ModuleType
) -> None:
    lines = _pins(index, "helper")
    index.add("helper", "1.0", module="changed = True")
    with pytest.raises(program.SetupError):
        install(*lines)


def test_requirement_without_a_hash_is_refused(install: Install, program: ModuleType) -> None:
    with pytest.raises(program.SetupError):
        install("helper==1.0\n")


@both
def test_nothing_is_built(install: Install, index: PackageIndex, program: ModuleType) -> None:
    index.add_source("plain", "1.0", builder="builder")
    with pytest.raises(program.SetupError):
        install(index.pin("plain", "1.0"))
    assert [path for path in index.asked if "builder" in path] == []


def test_source_that_the_lock_names_is_built_with_what_it_pins(
    install: Install, index: PackageIndex
) -> None:
    for version in ("1.0", "2.0"):
        index.add("builder", version, module=BUILDER.format(version=version))
    index.add_source("plain", "1.0", builder="builder")
    folder = install("--no-binary plain\n", *_pins(index, "builder", "plain"))
    command = [str(folder / "bin" / "python"), "-c", "import plain; print(plain.BUILT_BY)"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert said == "1.0\n"
    assert [path for path in index.asked if "2.0" in path] == []


def test_environment_that_is_there_costs_nothing_until_its_lock_changes(
    install: Install, index: PackageIndex
) -> None:
    install(*_pins(index, "helper"))
    index.asked.clear()
    install(*_pins(index, "helper"))
    assert index.asked == []
    folder = install(*_pins(index, "base"))
    assert _installed(folder) == {"base-1.0.dist-info"}


def test_programs_of_an_environment_collect_garbage_seldom(
    install: Install, index: PackageIndex
) -> None:
    folder = install(*_pins(index, "helper"))
    asked = [str(folder / "bin" / "python"), "-c", "import gc; print(gc.get_threshold())"]
    for made_before_there_was_a_file in (False, True):
        if made_before_there_was_a_file:
            for file in folder.glob("lib/python3*/site-packages/collector.pth"):
                file.unlink()
            install(*_pins(index, "helper"))
        said = subprocess.run(asked, check=True, capture_output=True, text=True).stdout
        assert said == "(50000, 10, 10)\n"


def test_environment_that_was_moved_is_made_anew(install: Install, index: PackageIndex) -> None:
    folder = install(*_pins(index, "helper"))
    stamp = folder / ".setup-stamp"
    stamp.write_text(stamp.read_text().replace(str(folder), "/elsewhere"))
    install(*_pins(index, "helper"))
    assert str(folder) in stamp.read_text()


@pytest.mark.parametrize("step", ["_make_empty", "_run_uv"])
def test_environment_that_was_left_half_done_is_made_anew(
    step: str, install: Install, index: PackageIndex, program: ModuleType
) -> None:
    folder = install(*_pins(index, "helper"))

    def stop(*_: object) -> None:
        shutil.rmtree(folder / "lib")
        raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(program, step, stop)
        with pytest.raises(KeyboardInterrupt):
            install(*_pins(index, "base"))
    # Back at the lock of before: what is there is no longer what it was made from.
    assert _installed(install(*_pins(index, "helper"))) == {"helper-1.0.dist-info"}


def test_link_to_another_environment_is_refused(
    install: Install, index: PackageIndex, program: ModuleType, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "kept").touch()
    (tmp_path / "an environment").symlink_to(other)
    with pytest.raises(program.SetupError, match="is a link to another environment"):
        install(*_pins(index, "helper"))
    assert (other / "kept").exists()


def test_pip_installs_where_uv_does_not_run(
    program: ModuleType,
    index: PackageIndex,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    offline = {"HOME": str(tmp_path), "UV_OFFLINE": "1"}
    monkeypatch.setattr(program, "uv_settings", lambda *_: offline)
    lock = tmp_path / "some.lock"
    lock.write_text(index.pin("helper", "1.0"))
    program.install(lock, tmp_path / "folder")
    assert _installed(tmp_path / "folder") == {"helper-1.0.dist-info"}
    assert "uv did not install it (see above); pip does" in capfd.readouterr().out


@pytest.mark.parametrize(
    ("pip", "environment", "expected"),
    [
        ({"index-url": "https://x.example/a"}, {}, {"UV_DEFAULT_INDEX": "https://x.example/a"}),
        (
            {"extra-index-url": "\nhttps://x.example\nhttps://y.example"},
            {},
            {"UV_INDEX": "https://x.example https://y.example"},
        ),
        ({"find-links": "/a /b"}, {}, {"UV_FIND_LINKS": "/a,/b"}),
        ({"cert": "/a.pem"}, {"SSL_CERT_FILE": "/b.pem"}, {"SSL_CERT_FILE": "/a.pem"}),
        ({"cert": "/a.pem"}, {"REQUESTS_CA_BUNDLE": "/c.pem"}, {"SSL_CERT_FILE": "/c.pem"}),
        ({"proxy": "p.example:3128"}, {}, {"HTTPS_PROXY": "p.example:3128"}),
        ({"default-timeout": "180"}, {}, {"UV_HTTP_TIMEOUT": "180"}),
        ({"keyring-provider": "auto"}, {}, {"UV_KEYRING_PROVIDER": "subprocess"}),
        ({"keyring-provider": "disabled"}, {}, {"UV_KEYRING_PROVIDER": "disabled"}),
        ({}, {"UV_CACHE_DIR": "/cache", "HOME": "/home"}, {"UV_CACHE_DIR": "/cache"}),
    ],
)
def test_uv_is_told_what_pip_is_told(
    program: ModuleType, pip: dict[str, str], environment: dict[str, str], expected: dict[str, str]
) -> None:
    settings = program.uv_settings(pip, environment)
    assert settings.items() >= expected.items()


def test_settings_that_could_change_what_is_installed_do_not_reach_uv(program: ModuleType) -> None:
    given = {"UV_NO_VERIFY_HASHES": "1", "UV_OVERRIDE": "o.txt", "UV_DEFAULT_INDEX": "https://x"}
    assert program.uv_settings({}, given).keys() & given.keys() == set()
