"""Make a virtual environment that holds exactly what a lock says: `python bin/install.py LOCK FOLDER`.

Nothing is resolved: each package is fetched in the version and with the hash of the lock, as a wheel, and afterwards the
environment is checked for being consistent. Packages that come as source alone are named in the lock (`--no-binary`),
and what builds them is pinned there too. Nothing happens when FOLDER is already what LOCK says. The new environment has
the Python that runs this program.

uv does it, in seconds. It is pinned in requirements-installer.lock and installed by pip, so what a company has to tell
pip to reach an index (pip.conf, PIP_*) is needed anyway, and is enough: uv is told the same. Where uv does not run or
does not get through, pip installs the same lock, in a minute; only a package that has to be built needs uv.
"""

import ast
import hashlib
import os
import ssl
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
INSTALLER = ROOT / ".venv-installer"
INSTALLER_LOCK = ROOT / "requirements-installer.lock"

UV_NAMES = {
    "index-url": ("UV_DEFAULT_INDEX",),
    "extra-index-url": ("UV_INDEX",),
    "find-links": ("UV_FIND_LINKS",),
    "trusted-host": ("UV_INSECURE_HOST",),
    "keyring-provider": ("UV_KEYRING_PROVIDER",),
    "cert": ("SSL_CERT_FILE",),
    "client-cert": ("SSL_CLIENT_CERT",),
    "proxy": ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"),
    "timeout": ("UV_HTTP_TIMEOUT",),
    "retries": ("UV_HTTP_RETRIES",),
}
"""How uv calls pip's options that say where an index is and how it is reached. The others are about resolving."""

UV_KEPT = {"UV_CACHE_DIR", "UV_LINK_MODE"}
"""The user's own settings of uv that say where it keeps files. The others could change what is installed."""

COLLECTOR = "import gc; gc.set_threshold(50_000, 10, 10)\n"
"""Python looks for garbage in circles at every 700 new objects, and finds next to none. Asked as seldom as this, dbt
needs a twentieth and sqlfluff a fifth less CPU, for ten megabytes at most. As a `.pth` file every program of the environment
begins with it, also those that are not ours."""


class SetupError(Exception):
    """An environment could not be made; the message says why, in a sentence for the user."""


def install(lock: Path, folder: Path) -> None:
    """Make the environment unless it is there.

    Raises:
        SetupError: It is a link, or neither uv nor pip could install the lock.
    """
    stamp = folder / ".setup-stamp"
    wanted = _stamp(lock, folder)
    if (folder / "bin" / "python").exists() and stamp.exists() and stamp.read_text() == wanted:
        _collect_seldom(folder)
        return
    # It is made anew from nothing; through a link that would empty somebody else's.
    if folder.is_symlink():
        raise SetupError(f"{folder.name} is a link to another environment; remove the link first")
    print(f"setup: making {folder.name} from {lock.name}", flush=True)
    stamp.unlink(missing_ok=True)
    if folder == INSTALLER:
        python = _make_empty(folder)
        _run_pip(python, python, lock)
    else:
        python = _make_empty(folder, "--without-pip")
        if not _run_uv(python, lock):
            print("setup: uv did not install it (see above); pip does, in a minute", flush=True)
            # Anew, so that nothing half done is taken for installed.
            python = _make_empty(folder, "--without-pip")
            _run_pip(_python_of(INSTALLER), python, lock)
    # An activated shell has the settings of .env, so that dbt and the loaders read the same ones.
    with (folder / "bin" / "activate").open("a") as activate:
        activate.write(f'\n. "{ROOT}/bin/environment"\n')
    _collect_seldom(folder)
    stamp.write_text(wanted)
    print(f"setup: {folder.name} is ready", flush=True)


def uv_settings(pip: Mapping[str, str], environment: Mapping[str, str]) -> dict[str, str]:
    """Return the environment in which uv reaches what pip reaches.

    Args:
        pip: pip's configuration, by the names of its long options
        environment: the variables of this process
    """
    settings = {
        name: value
        for name, value in environment.items()
        if not name.startswith("UV_") or name in UV_KEPT
    }
    # As for pip: any index may have the file of the lock; its hash decides, not its place.
    settings["UV_INDEX_STRATEGY"] = "unsafe-best-match"
    system = ssl.get_default_verify_paths()
    if system.cafile or system.capath:
        settings["UV_SYSTEM_CERTS"] = "true"
    for name, variables in UV_NAMES.items():
        # pip calls a timeout of its configuration so.
        value = pip.get(name) or pip.get(f"default-{name}")
        if value is not None:
            between = "," if name == "find-links" else " "
            settings |= dict.fromkeys(variables, between.join(value.split()))
    # pip goes by these two before its own setting.
    for name in ("CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE"):
        if environment.get(name):
            settings["SSL_CERT_FILE"] = environment[name]
    if settings.get("UV_KEYRING_PROVIDER") not in (None, "disabled"):
        settings["UV_KEYRING_PROVIDER"] = "subprocess"
    return settings


def _run_uv(python: str, lock: Path) -> bool:
    """Install the lock and check the environment with uv; return whether that worked."""
    try:
        install(INSTALLER_LOCK, INSTALLER)
        pip = _pip_configuration()
        settings = uv_settings(pip, os.environ)
        uv = [str(INSTALLER / "bin" / "uv"), "--quiet", "--no-config", "pip"]
        pinned = ["--require-hashes", "--require-build-hashes", "--build-constraints", str(lock)]
        places = ["--no-index"] if pip.get("no-index", "").lower() in ("1", "true", "yes") else []
        sync = ["sync", "--python", python, "--only-binary", ":all:", *pinned, *places, str(lock)]
        subprocess.run([*uv, *sync], check=True, env=settings)
        subprocess.run([*uv, "check", "--python", python], check=True, env=settings)
    except (SetupError, OSError, subprocess.CalledProcessError):
        return False
    return True


def _run_pip(pip: str, python: str, lock: Path) -> None:
    """Install the lock into the environment of one Python with the pip of another, and check it."""
    command = [pip, "-m", "pip", "--python", python, "--disable-pip-version-check", "--quiet"]
    exactly = ["--no-deps", "--require-hashes", "--only-binary", ":all:"]
    # pip would take the newest of what builds a package; without isolation such a package ends in an error instead.
    exactly += ["--no-build-isolation"]
    for arguments in (["install", *exactly, "-r", str(lock)], ["check"]):
        if subprocess.run([*command, *arguments], check=False).returncode:
            raise SetupError(f"{lock.name} could not be installed (see above)")


def _pip_configuration() -> dict[str, str]:
    """Return what pip.conf and PIP_* say for `pip install`, as pip itself reads them."""
    command = [_python_of(INSTALLER), "-m", "pip", "--disable-pip-version-check", "config", "list"]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    sections: dict[str, dict[str, str]] = {"global": {}, "install": {}, ":env:": {}}
    for line in said.splitlines():
        key, _, value = line.partition("=")
        section, _, name = key.partition(".")
        if section in sections:
            sections[section][name] = str(ast.literal_eval(value))
    return sections["global"] | sections["install"] | sections[":env:"]


def _make_empty(folder: Path, *options: str) -> str:
    """Make an environment without packages, emptying what is there, and return its Python."""
    # With the Python under this one, for this one may be in the folder that is emptied.
    base = str(getattr(sys, "_base_executable", sys.executable))
    command = [base, "-m", "venv", "--clear", *options, str(folder)]
    if subprocess.run(command, check=False).returncode:
        raise SetupError(f"{folder.name} could not be made (see above)")
    return _python_of(folder)


def _collect_seldom(folder: Path) -> None:
    """Write COLLECTOR into an environment, also into one that was made before there was any."""
    for packages in folder.glob("lib/python3*/site-packages"):
        file = packages / "collector.pth"
        if not file.exists() or file.read_text() != COLLECTOR:
            file.write_text(COLLECTOR)


def _python_of(folder: Path) -> str:
    return str(folder / "bin" / "python")


def _stamp(lock: Path, folder: Path) -> str:
    """Return what an environment is made of: lock, Python, and its place, because a moved one is broken."""
    # The installer serves environments of any Python.
    version = "any" if folder == INSTALLER else f"{sys.version_info.major}.{sys.version_info.minor}"
    return f"{hashlib.sha256(lock.read_bytes()).hexdigest()} {version} {folder}\n"


def main(arguments: list[str]) -> int:
    """Make what the command line says and return the exit code."""
    lock, folder = (Path(argument).absolute() for argument in arguments)
    try:
        install(lock, folder)
    except SetupError as error:
        print(f"setup: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
