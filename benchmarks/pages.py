"""How long boards take in a real browser: `make bench-pages`, over what was published last.

    python -m benchmarks.pages [--published data/published] [--viewers 20] [--pause 5]

All boards times three choices of dates, right after another snapshot is served: until the page's figures stand there (shell),
and until its last picture does. First one viewer alone, three times, each after a snapshot of its own; then many at once, who
look at each page for as long as `--pause` says (10 seconds: people do not click while they read) or not at all. Because browser and service share the machine, it also says what CPU
each of them took, and what the same viewers measure without a browser: programs that ask for a page, and for all its
pictures at once. Last it names the pages that took longest.
"""

import argparse
import asyncio
import contextlib
import datetime as dt
import os
import random
import re
import shutil
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from html import unescape
from pathlib import Path

import httpx
from playwright.async_api import BrowserContext, async_playwright

from benchmarks.processes import cpu_seconds
from benchmarks.service import free_port, service
from dashboards.definition import read_boards
from serving.api.tokens import TokenStore
from warehouse.command import begin
from warehouse.snapshot import open_current, write_pointer

CHOICES = ("", "?days=30", "?days=all")
LOADED = """() => new Promise((done) => {
  const look = () => document.querySelector("figure[data-src]:not([data-drawn])") || done(performance.now());
  const watch = { attributes: true, subtree: true, attributeFilter: ["data-drawn"] };
  new MutationObserver(look).observe(document.body, watch);
  look();
})"""
SHELL_SHOWN = "() => performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd"
SHELL, LAST = 300, 1_000
LAST_OF_MANY = 2_500
SLOWEST = 3
_PICTURE = re.compile(r'data-src="([^"]+)"')


@dataclass(frozen=True)
class Taken:
    """Milliseconds of one page."""

    path: str
    shell: float
    last: float


@dataclass(frozen=True)
class Visits:
    """What viewers did, one list of pages for each."""

    name: str
    turns: Sequence[Sequence[str]]
    pause: float = 0.0
    in_browser: bool = True
    times: int = 1
    bounds: tuple[int | None, int | None] = (None, None)


def main() -> int:
    """Print the table; exit code 1 where a p95 is above its bound."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--published", type=Path, default=Path(os.environ.get("PUBLISH_DIR") or "data/published")
    )
    parser.add_argument("--viewers", type=int, default=20)
    parser.add_argument("--pause", type=float, default=10.0, help="seconds that a page is read")
    chosen = parser.parse_args()
    names = [name for name, board in read_boards().items() if not board.is_of_one_person]
    pages = [f"/boards/{name}{choice}" for name in names for choice in CHOICES]
    # Each viewer begins with another page.
    turns = [
        pages[place % len(pages) :] + pages[: place % len(pages)] for place in range(chosen.viewers)
    ]
    who = f"{chosen.viewers} viewers"
    all_visits = [
        Visits("one viewer, three times", [pages], times=3, bounds=(SHELL, LAST)),
        Visits(
            f"{who}, pause {chosen.pause:g} s", turns, chosen.pause, bounds=(None, LAST_OF_MANY)
        ),
        Visits(f"{who}, no pause", turns),
        Visits(f"{who}, no browser, no pause", turns, in_browser=False),
    ]
    print(f"{'':<34}{'n':>5}{'shell p50':>11}{'p95':>7}{'last p50':>10}{'p95':>7}", end="")
    print(f"{'service CPU s':>15}{'browser CPU s':>15}{'load':>7}")
    is_good = True
    for visits in all_visits:
        is_good = _measured(chosen.published, visits) and is_good
    print(
        f"bounds of p95 in ms: one viewer {SHELL} and {LAST}; with pauses the last {LAST_OF_MANY}"
    )
    return 0 if is_good else 1


def _measured(published: Path, visits: Visits) -> bool:
    """Print one line and say whether its bounds hold."""
    taken: list[Taken] = []
    of_service = of_browser = 0.0
    for _ in range(visits.times):
        found, service_seconds, browser_seconds = _once(published, visits)
        taken += found
        of_service += service_seconds
        of_browser += browser_seconds
    lasts, shells = [one.last for one in taken], [one.shell for one in taken]
    p95 = [statistics.quantiles(found, n=20, method="inclusive")[-1] for found in (shells, lasts)]
    p50 = [statistics.median(found) for found in (shells, lasts)]
    print(f"{visits.name:<34}{len(taken):>5}{p50[0]:>11.0f}{p95[0]:>7.0f}", end="")
    print(f"{p50[1]:>10.0f}{p95[1]:>7.0f}{of_service:>15.1f}{of_browser:>15.1f}", end="")
    print(f"{os.getloadavg()[0]:>7.1f}", flush=True)
    for one in sorted(taken, key=lambda one: -one.shell)[:SLOWEST]:
        print(f"    {one.path:<36}{one.shell:>16.0f}{one.last:>17.0f}", flush=True)
    return all(
        bound is None or found < bound for found, bound in zip(p95, visits.bounds, strict=True)
    )


def _once(published: Path, visits: Visits) -> tuple[list[Taken], float, float]:
    """Let viewers look at a new snapshot; also return the CPU seconds of the service and of the browser."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, "published")
        shutil.copytree(published, copy)
        token = TokenStore(Path(folder)).create(
            "viewer", ("*",), at=dt.datetime.now(dt.UTC), days=1
        )[1]
        with served(copy, Path(folder)) as (url, process_id):
            replace_snapshot(copy, url, token)
            before = cpu_seconds(process_id)
            taken, browser = asyncio.run(_visited(url, token, visits))
            of_service = cpu_seconds(process_id) - before
    return taken, of_service, browser


async def _visited(url: str, token: str, visits: Visits) -> tuple[list[Taken], float]:
    """Have viewers look at their pages, side by side; also return what CPU their browser took."""
    if not visits.in_browser:
        found = await asyncio.gather(
            *(asked(url, token, pages, visits.pause) for pages in visits.turns)
        )
        return [one for pages in found for one in pages], 0.0
    async with async_playwright() as driver:
        browser = await driver.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        async with contextlib.AsyncExitStack() as stack:
            contexts = [
                await stack.enter_async_context(signed_in(await browser.new_context(), url, token))
                for _ in visits.turns
            ]
            before = cpu_seconds(os.getpid())
            found = await asyncio.gather(
                *(
                    looked(context, url, pages, visits.pause)
                    for context, pages in zip(contexts, visits.turns, strict=True)
                )
            )
            of_all = cpu_seconds(os.getpid()) - before
        await browser.close()
    return [one for pages in found for one in pages], of_all


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


async def looked(
    context: BrowserContext, url: str, pages: Sequence[str], pause: float
) -> list[Taken]:
    """Look at pages one after the other."""
    page, found = await context.new_page(), []
    await asyncio.sleep(random.random() * pause)  # noqa: S311 - nothing secret
    for path in pages:
        # By the browser's own clock, from the click on: what drives it is a program on the same machine, too.
        await page.goto(f"{url}{path}", wait_until="domcontentloaded")
        last = await page.evaluate(LOADED)
        found.append(Taken(path, await page.evaluate(SHELL_SHOWN), last))
        await asyncio.sleep(pause)
    return found


async def asked(url: str, token: str, pages: Sequence[str], pause: float) -> list[Taken]:
    """Ask for pages one after the other, and for each one's pictures at once."""
    found = []
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(base_url=url, headers=headers, timeout=60) as client:
        for path in pages:
            begin = time.perf_counter()
            page = (await client.get(path)).raise_for_status()
            shell = (time.perf_counter() - begin) * 1000
            pictures = (client.get(unescape(one)) for one in _PICTURE.findall(page.text))
            for picture in await asyncio.gather(*pictures):
                picture.raise_for_status()
            found.append(Taken(path, shell, (time.perf_counter() - begin) * 1000))
            await asyncio.sleep(pause)
    return found


def replace_snapshot(published: Path, url: str, token: str) -> None:
    """Publish the same figures as another snapshot, and wait until the service answers from it."""
    snapshot = open_current(published)
    another = f"{snapshot.snapshot_id}-again"
    shutil.copytree(snapshot.folder, published / another)
    write_pointer(published, {**snapshot.pointer, "snapshot_id": another})
    headers = {"Authorization": f"Bearer {token}"}
    # Every page says which snapshot it is of.
    while another not in httpx.get(url, headers=headers, timeout=60).text:
        time.sleep(0.1)


@contextlib.contextmanager
def served(published: Path, state: Path) -> Iterator[tuple[str, int]]:
    """Serve a snapshot with an empty memory; yield the address, and the process, once it says that it is ready."""
    port = free_port()
    log = state.parent / "service.log"
    with service(published, state, port, log, DATA_ORIGIN="sandbox") as program:
        yield f"http://127.0.0.1:{port}", program.pid


if __name__ == "__main__":
    begin("bench-pages", main)
