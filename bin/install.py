"""Make a virtual environment that holds exactly what a lock says: `python bin/install.py LOCK FOLDER`.

Nothing is resolved: each package is fetched in the version and with the hash of the lock, as a wheel, and afterwards
the environment is checked for being consistent. Nothing happens when FOLDER is already what LOCK says. The new
environment has the Python that runs this program, and no pip: what is in it comes from the lock alone.

uv does it in seconds. It is pinned in requirements-installer.lock and installed by pip, so pip's own configuration
(pip.conf, PIP_*) is the only one that a company has to make; uv is told what it says. Where uv does not run or does
not reach the index, pip installs the same lock, in minutes.
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

# What uv is told, by the name that pip gives it. The rest of pip's settings is about resolving or about other places.
UV_NAMES = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "no-index": "UV_NO_INDEX",
    "trusted-host": "UV_INSECURE_HOST",
    "keyring-provider": "UV_KEYRING_PROVIDER",
    "cert": "SSL_CERT_FILE",
    "client-cert": "SSL_CLIENT_CERT",
    "proxy": "ALL_PROXY",
    "default-timeout": "UV_HTTP_TIMEOUT",
    "timeout": "UV_HTTP_TIMEOUT",
    "retries": "UV_HTTP_RETRIES",
}
# The user's settings of uv that say where and how fast, not what.
UV_KEPT = {"UV_CACHE_DIR", "UV_LINK_MODE", "UV_CONCURRENT_DOWNLOADS"}


def main(lock: Path, folder: Path) -> int:
    """Make the environment unless it is there; return the exit code."""
    stamp = folder / ".setup-stamp"
    wanted = _stamp(lock, folder)
    if (folder / "bin" / "python").exists() and stamp.exists() and stamp.read_text() == wanted:
        return 0
    name = folder.name
    # It is made anew from nothing; through a link that would empty somebody else's.
    if folder.is_symlink():
        return _fail(f"{name} is a link to another environment; remove the link first")
    print(f"setup: making {name} from {lock.name}", flush=True)
    python = _make(folder, "--without-pip")
    installer = _installer()
    uv = [str(INSTALLER / "bin" / "uv"), "--quiet", "--no-config"]
    pip = [installer, "-m", "pip", "--python", python, "--disable-pip-version-check", "--quiet"]
    sync = ["pip", "sync", "--python", python, "--require-hashes", "--no-build", str(lock)]
    install = ["install", "--no-deps", "--require-hashes", "--only-binary", ":all:"]
    try:
        settings = uv_settings(_pip_configuration(installer), os.environ)
        subprocess.run([*uv, *sync], check=True, env=settings)
        subprocess.run([*uv, "pip", "check", "--python", python], check=True, env=settings)
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"setup: uv did not install it ({error}); pip does, in a few minutes", flush=True)
        for command in ([*pip, *install, "-r", str(lock)], [*pip, "check"]):
            if subprocess.run(command, check=False).returncode:
                return _fail(f"{name} could not be made (see above)")
    # An activated shell has the settings of .env, so that dbt and the loaders read the same ones.
    with (folder / "bin" / "activate").open("a") as activate:
        activate.write(f'\n. "{ROOT}/bin/environment"\n')
    stamp.write_text(wanted)
    print(f"setup: {name} is ready", flush=True)
    return 0


def uv_settings(pip: Mapping[str, str], environment: Mapping[str, str]) -> dict[str, str]:
    """Return the environment in which uv reaches what pip would reach.

    Args:
        pip: pip's configuration, by the names of its long options
        environment: the variables of this process
    """
    settings = {
        name: value
        for name, value in environment.items()
        if not name.startswith("UV_") or name in UV_KEPT
    }
    # As pip does: any index may have a pinned file; the hash decides, not the place.
    settings["UV_INDEX_STRATEGY"] = "unsafe-best-match"
    paths = ssl.get_default_verify_paths()
    if paths.cafile or paths.capath:
        settings["UV_SYSTEM_CERTS"] = "1"
    for name, variable in UV_NAMES.items():
        if name in pip:
            separator = "," if name == "find-links" else " "
            settings[variable] = separator.join(pip[name].split())
    if settings.get("UV_KEYRING_PROVIDER") not in (None, "disabled"):
        settings["UV_KEYRING_PROVIDER"] = "subprocess"
    return settings


def _pip_configuration(installer: str) -> dict[str, str]:
    """Return what pip.conf and PIP_* say for `pip install`, as pip itself reads them."""
    command = [installer, "-m", "pip", "--disable-pip-version-check", "config", "list"]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found: dict[str, dict[str, str]] = {"global": {}, "install": {}, ":env:": {}}
    for line in said.splitlines():
        key, _, value = line.partition("=")
        section, _, name = key.partition(".")
        if section in found:
            found[section][name] = str(ast.literal_eval(value))
    return found["global"] | found["install"] | found[":env:"]


def _installer() -> str:
    """Return the Python whose pip and uv install everything else; the first call makes it."""
    stamp = INSTALLER / ".setup-stamp"
    wanted = _stamp(INSTALLER_LOCK, INSTALLER)
    python = str(INSTALLER / "bin" / "python")
    if stamp.exists() and stamp.read_text() == wanted:
        return python
    _make(INSTALLER)
    install = ["install", "--quiet", "--no-deps", "--require-hashes", "--only-binary", ":all:"]
    command = [python, "-m", "pip", "--disable-pip-version-check", *install]
    if not subprocess.run([*command, "-r", str(INSTALLER_LOCK)], check=False).returncode:
        stamp.write_text(wanted)
    return python


def _make(folder: Path, *options: str) -> str:
    """Make an empty environment, emptying what is there, and return its Python."""
    # From the Python under this one, for this one may be in the folder that is emptied.
    base = str(getattr(sys, "_base_executable", sys.executable))
    subprocess.run([base, "-m", "venv", "--clear", *options, str(folder)], check=True)
    return str(folder / "bin" / "python")


def _stamp(lock: Path, folder: Path) -> str:
    """Return what an environment is made of: lock, Python, and its place, because a moved one is broken."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    return f"{hashlib.sha256(lock.read_bytes()).hexdigest()} {version} {folder}\n"


def _fail(sentence: str) -> int:
    print(f"setup: {sentence}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(*(Path(argument).absolute() for argument in sys.argv[1:])))
