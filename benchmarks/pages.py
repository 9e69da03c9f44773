"""How long boards take in a real browser: `make bench-pages`, over what was published last.

    python -m benchmarks.pages [--published data/published] [--viewers 20]

All boards times three choices of dates, each for the first time after the service has opened the snapshot: until the page's
figures stand there (shell), and until its last picture does. First one viewer alone, then many at once, whose choices
nobody has asked for before.
"""

import argparse
import asyncio
import contextlib
import datetime as dt
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import BrowserContext, async_playwright

from dashboards.definition import read_boards
from serving.api.tokens import TokenStore

CHOICES = ("", "?days=30", "?days=all")
LOADED = "[...document.querySelectorAll('figure[data-src]')].every((one) => one.dataset.drawn)"
MOST_MS = {"shell alone": 300, "last picture alone": 1_000, "last picture of many": 2_500}


@dataclass(frozen=True)
class Taken:
    """Milliseconds of one page."""

    shell: float
    last: float


def main() -> int:
    """Print the table; exit code 1 where a p95 is above its bound."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--published", type=Path, default=Path("data/published"))
    parser.add_argument("--viewers", type=int, default=20)
    chosen = parser.parse_args()
    names = [name for name, board in read_boards().items() if not board.is_of_one_person]
    pages = [f"/boards/{name}{choice}" for name in names for choice in CHOICES]
    with tempfile.TemporaryDirectory() as folder:
        token = TokenStore(Path(folder)).create(
            "viewer", ("*",), at=dt.datetime.now(dt.UTC), days=1
        )[1]
        with served(chosen.published, Path(folder)) as url:
            alone = asyncio.run(visited(url, token, [pages]))
        with served(chosen.published, Path(folder)) as url:
            # Each viewer begins with another page.
            turns = [
                pages[place % len(pages) :] + pages[: place % len(pages)]
                for place in range(chosen.viewers)
            ]
            many = asyncio.run(visited(url, token, turns))
    found = {
        "shell alone": [one.shell for one in alone],
        "last picture alone": [one.last for one in alone],
        "shell of many": [one.shell for one in many],
        "last picture of many": [one.last for one in many],
    }
    is_good = True
    print(f"{'':<24}{'n':>6}{'p50 ms':>9}{'p95 ms':>9}{'bound':>9}")
    for name, taken in found.items():
        p95 = statistics.quantiles(taken, n=20)[-1]
        bound = MOST_MS.get(name)
        is_good = is_good and (bound is None or p95 < bound)
        print(
            f"{name:<24}{len(taken):>6}{statistics.median(taken):>9.0f}{p95:>9.0f}{bound or '':>9}"
        )
    return 0 if is_good else 1


async def visited(url: str, token: str, turns: list[list[str]]) -> list[Taken]:
    """Have as many viewers as there are turns look at their pages, side by side."""
    async with async_playwright() as driver:
        browser = await driver.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        async with contextlib.AsyncExitStack() as stack:
            contexts = [
                await stack.enter_async_context(signed_in(await browser.new_context(), url, token))
                for _ in turns
            ]
            taken = await asyncio.gather(
                *(looked(one, url, pages) for one, pages in zip(contexts, turns, strict=True))
            )
        await browser.close()
    return [one for pages in taken for one in pages]


@contextlib.asynccontextmanager
async def signed_in(context: BrowserContext, url: str, token: str) -> AsyncIterator[BrowserContext]:
    """Sign in by the form."""
    page = await context.new_page()
    await page.goto(url)
    await page.get_by_label("Token").fill(token)
    await page.get_by_role("button", name="Sign in").click()
    await page.wait_for_url(f"{url}/")
    await page.close()
    yield context
    await context.close()


async def looked(context: BrowserContext, url: str, pages: list[str]) -> list[Taken]:
    """Look at pages one after the other."""
    page, found = await context.new_page(), []
    for path in pages:
        begin = time.perf_counter()
        await page.goto(f"{url}{path}", wait_until="domcontentloaded")
        shell = (time.perf_counter() - begin) * 1000
        while not await page.evaluate(LOADED):
            await asyncio.sleep(0.01)
        found.append(Taken(shell, (time.perf_counter() - begin) * 1000))
    return found


@contextlib.contextmanager
def served(published: Path, state: Path) -> Iterator[str]:
    """Serve a snapshot with an empty memory."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    env = {
        "PUBLISH_DIR": str(published),
        "STATE_DIR": str(state),
        "API_PORT": str(port),
        "DATA_ORIGIN": "sandbox",
    }
    program = subprocess.Popen(
        [sys.executable, "-m", "serving", "api"], env=env, stdout=subprocess.DEVNULL
    )
    try:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        program.terminate()
        program.wait(20)


if __name__ == "__main__":
    sys.exit(main())
