"""The image without Docker: what `infrastructure/Dockerfile` copies, in an empty folder, with the settings that it gives."""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.repository.project import ROOT, tracked_files

DOCKERFILE = ROOT / "infrastructure" / "Dockerfile"
NOBODY = 65532
"""The image's user, who has no name."""


def instructions() -> list[tuple[str, str]]:
    """Return each instruction and what follows it, with continued lines put together."""
    text = re.sub(r"^\s*#.*\n", "", DOCKERFILE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    lines = text.replace("\\\n", " ").splitlines()
    pairs = (line.split(None, 1) for line in lines if line.strip())
    return [(first, rest.strip()) for first, rest in pairs]


def stages() -> list[list[tuple[str, str]]]:
    """Return the instructions of each stage, the image's own last."""
    found: list[list[tuple[str, str]]] = []
    for first, rest in instructions():
        if first == "FROM":
            found.append([])
        if found:
            found[-1].append((first, rest))
    return found


def copied() -> dict[str, str]:
    """Return what the image's own stage copies from the checkout: place in the image by path."""
    found = {}
    for first, rest in stages()[-1]:
        if first == "COPY" and "--from=" not in rest:
            *sources, target = rest.split()
            for source in sources:
                place = f"{target}{source}" if target.endswith("/") else target
                found[source] = place.removeprefix("./")
    return found


def settings() -> dict[str, str]:
    """Return the variables that the image gives."""
    return {
        name: value.strip('"')
        for first, rest in stages()[-1]
        if first == "ENV"
        for name, value in re.findall(r"(\w+)=(\S*)", rest)
    }


@dataclass(frozen=True)
class Assembled:
    """The image's folders below `home`, which stands for `/`."""

    home: Path

    @property
    def app(self) -> Path:
        return self.home / "app"

    def environment(self, **more: str) -> dict[str, str]:
        """Return what a program sees: the image's settings below `home`, and what whoever starts it says."""
        moved = {
            name: f"{self.home}{value}" if re.match(r"/(srv|tmp)\b", value) else value
            for name, value in settings().items()
        }
        return {"PATH": "/usr/bin:/bin", **moved, **more}

    def starts(
        self, *arguments: str, entry: str | None = None, **more: str
    ) -> subprocess.Popen[str]:
        """Start the image's program as its user, or as whoever this is, where that is not root.

        Args:
            arguments: what the container is started with
            entry: another program of the image, from its working folder
            more: variables that whoever starts it gives
        """
        as_nobody = (
            {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
        )
        usual = next(rest for first, rest in stages()[-1] if first == "ENTRYPOINT")
        program = f"{self.app}/{entry}" if entry else f"{self.home}{usual[2:-2]}"
        process: subprocess.Popen[str] = subprocess.Popen(
            [program, *arguments],
            cwd=self.app,
            env=self.environment(**more),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            **as_nobody,  # type: ignore[call-overload]
        )
        return process

    def does(self, *arguments: str, **more: str) -> tuple[int, str]:
        """Start it, wait, and return its exit code and what it said."""
        process = self.starts(*arguments, **more)
        said, _ = process.communicate(timeout=1800)
        return process.returncode, said

    def written(self) -> list[str]:
        """Return what stands in the tree that nobody may write to and was not copied there."""
        known = {self.app / place for place in copied().values()}
        return sorted(
            str(path.relative_to(self.app))
            for path in self.app.rglob("*")
            if ".venv" not in path.parts
            and path.is_file()
            and not any(path == one or one in path.parents for one in known)
        )


def assemble(home: Path, environment: Path) -> Assembled:
    """Put together what the image holds, readable by everybody and writable by nobody.

    Args:
        home: an empty folder, which stands for `/`
        environment: the virtual environment with what the lock says
    """
    tracked = tracked_files()
    for source, place in copied().items():
        for path in tracked:
            if str(path) == source or Path(source) in path.parents:
                target = home / "app" / place / path.relative_to(source)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / path, target)
    _put_packages(home / "app" / ".venv", environment.resolve())
    for place in ("srv/published", "srv/state", "tmp"):
        (home / place).mkdir(parents=True)
        if os.geteuid() == 0:
            os.chown(home / place, NOBODY, NOBODY)
    for path in (home / "app", *(home / "app").rglob("*")):
        if not path.is_symlink() and ".venv" not in path.parts:
            path.chmod(0o555 if path.is_dir() or os.access(path, os.X_OK) else 0o444)
    for folder in (home, home / "srv"):
        folder.chmod(0o755)
    return Assembled(home)


def _put_packages(folder: Path, environment: Path) -> None:
    """Have an environment stand in the image: its packages where they are, its programs with an interpreter that anybody may start.

    One in root's home is nobody else's.
    """
    own = (environment / "bin" / "python").resolve()
    system = Path("/usr/bin") / own.name
    python = own if _is_everybodys(own) or not system.exists() else system
    (folder / "bin").mkdir(parents=True)
    (folder / "bin" / "python").symlink_to(python)
    (folder / "lib").symlink_to(environment / "lib")
    (folder / "pyvenv.cfg").write_text(f"home = {python.parent}\n", encoding="utf-8")
    for program in filter(Path.is_file, (environment / "bin").iterdir()):
        with program.open("rb") as file:
            is_script = file.read(2) == b"#!"
        if is_script:
            _, _, rest = program.read_bytes().partition(b"\n")
            copy = folder / "bin" / program.name
            copy.write_bytes(f"#!{folder}/bin/python\n".encode() + rest)
            copy.chmod(0o755)


def _is_everybodys(path: Path) -> bool:
    """Say whether anybody may start a program."""
    real = path.resolve()
    return all(place.stat().st_mode & 0o001 for place in (real, *real.parents))
