"""How long every card of the boards takes to answer, over a published snapshot: `make bench-dashboards`.

    python -m benchmarks.dashboards [--published data/published]

BENCH_PEOPLE=2000 BENCH_DAYS=365 first builds and publishes a company of that size in data/bench/boards, which takes an hour or
more. `--times 34` instead enlarges what is published (`enlarged.py`): 60 people become 2,040 in a minute.
"""

import argparse
import datetime as dt
import os
import statistics
import subprocess
import time
from pathlib import Path

from benchmarks.enlarged import enlarge
from benchmarks.surroundings import without_settings
from dashboards.definition import read_boards
from serving.api.access import PERSON, Principal
from serving.api.view import View
from serving.web import drawing
from serving.web.asking import Desk
from serving.web.board import show
from serving.web.choices import read_choices
from serving.web.pictures import WHOLE_COMPANY, picture
from warehouse.command import begin
from warehouse.exit_codes import Exit
from warehouse.snapshot import open_current

N_ASKED = 40
MOST_MS = 100.0


def main() -> int:
    """Print the table; exit code 1 where a card's p95 is above `MOST_MS`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--published", type=Path, default=Path(os.environ.get("PUBLISH_DIR") or "data/published")
    )
    parser.add_argument("--times", type=int, default=1, help="as many times as many people")
    chosen = parser.parse_args()
    people, days = os.environ.get("BENCH_PEOPLE"), os.environ.get("BENCH_DAYS")
    published = _built(people, days) if people and days else chosen.published
    if chosen.times > 1:
        published = enlarge(published, chosen.times, Path("data/bench/enlarged"))
    view = View(open_current(published))
    cursor = view.cursor()
    drawing.warm_up()
    worst = worst_cpu = 0.0
    print(f"{'board / card':<48}{'rows':>8}{'p50 ms':>9}{'p95 ms':>9}{'p95 CPU':>9}{'draw ms':>9}")
    whole, busiest = Desk(view, WHOLE_COMPANY), Desk(view, _busiest(view))
    for board in read_boards().values():
        desk = busiest if board.is_of_one_person else whole
        today = dt.date.fromisoformat(view.as_of[:10])
        for days_chosen in ("", "all"):
            asked = read_choices(board, today, [("days", days_chosen)] if days_chosen else [])
            places = {place.card: place for place in board.places}
            for name, card in board.cards.items():
                if not desk.may_see(card):
                    print(f"{board.name}/{name}: not published")
                    continue
                taken, of_cpu = [], []
                for _ in range(N_ASKED):
                    begin, cpu = time.perf_counter(), time.thread_time()
                    result = desk.ask(cursor, card, asked)
                    # A snapshot's engine has one thread a question: this one.
                    of_cpu.append((time.thread_time() - cpu) * 1000)
                    taken.append((time.perf_counter() - begin) * 1000)
                p50, p95 = statistics.median(taken), statistics.quantiles(taken, n=20)[-1]
                cpu95, drawn = statistics.quantiles(of_cpu, n=20)[-1], ""
                worst, worst_cpu = max(worst, p95), max(worst_cpu, cpu95)
                if card.is_chart and result.rows:
                    begin = time.perf_counter()
                    drawing.drawn(
                        picture(desk, result, places[name], asked, is_narrow=False, is_linked=True)
                    )
                    drawn = f"{(time.perf_counter() - begin) * 1000:.0f}"
                label = f"{board.name}/{name}{' (all)' if days_chosen else ''}"
                print(
                    f"{label:<48}{len(result.rows):>8}{p50:>9.1f}{p95:>9.1f}{cpu95:>9.1f}{drawn:>9}"
                )
        begin = time.perf_counter()
        show(desk, cursor, read_choices(board, today, []))
        print(f"{board.name}: the page's figures in {(time.perf_counter() - begin) * 1000:.0f} ms")
    load = os.getloadavg()[0]
    print(
        f"worst p95: {worst:.1f} ms (bound {MOST_MS:.0f}), of CPU {worst_cpu:.1f} ms; load {load:.1f}"
    )
    return 0 if worst < MOST_MS else 1


def _busiest(view: View) -> Principal:
    """Return whoever has most rows in the ledger: a board of one person is asked for by one."""
    rows = view.cursor().execute(
        "select person_id from marts.fct_ai_spend_daily where person_id is not null"
        " group by 1 order by count(*) desc limit 1"
    )
    (person_id,) = rows.fetchone() or (None,)
    return Principal("bench", PERSON, frozenset({"*"}), person_id)


def _built(people: str, days: str) -> Path:
    folder = Path("data/bench/boards")
    begin = dt.datetime.now(dt.UTC).date() - dt.timedelta(days=int(days))
    places = {
        "SANDBOX_PEOPLE": people,
        "SANDBOX_DAYS": days,
        "SINCE": str(begin),
        "DUCKDB_PATH": str(folder / "warehouse.duckdb"),
        "PIPELINES_DIR": str(folder / "dlt"),
        "PUBLISH_DIR": str(folder / "published"),
        "STATE_DIR": str(folder / "state"),
        "DATA_ORIGIN": "sandbox",
        "DBT_TARGET_PATH": str(folder / "target"),
    }
    folder.mkdir(parents=True, exist_ok=True)
    run = [str(Path("bin/run").resolve())]
    code = subprocess.run(run, env=without_settings() | places, check=False).returncode
    if code not in (Exit.WELL, Exit.FINDINGS):
        raise SystemExit(code)
    return folder / "published"


if __name__ == "__main__":
    begin("bench-dashboards", main)
