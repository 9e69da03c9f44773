"""How much was done, how well and how fast. Not what time it saved: nobody measures that."""

from collections.abc import Sequence

from serving.report.figures import Figure, figure, percent, ratio, words
from serving.report.reading import Month, Row
from serving.report.savings import sum_of

HOURS = "Hours saved are not measured by any source, so none are printed."


def productivity(now: Sequence[Row], before: Sequence[Row], month: Month) -> list[Figure]:
    """Return the figures of the month's tasks beside the month before."""
    n_tasks, n_timed, n_timed_before = (
        sum_of(now, "n_tasks"),
        sum_of(now, "n_timed_tasks"),
        sum_of(before, "n_timed_tasks"),
    )
    seconds = ratio(sum_of(now, "duration_ms_sum"), n_timed * 1000)
    seconds_before = ratio(sum_of(before, "duration_ms_sum"), n_timed_before * 1000)
    change = None
    if seconds is not None and seconds_before:
        change = percent(seconds - seconds_before, seconds_before)
    return [
        figure("tasks.total", "Tasks", n_tasks or None, "tasks", note="" if n_tasks else "no tasks in this month"),
        figure("tasks.success", "Tasks that succeeded", percent(sum_of(now, "n_successful_tasks"), n_tasks), "percent", n=n_tasks),
        figure("tasks.time", "Time per task", seconds, "seconds", n=n_timed, note="mean of the known durations"),
        figure("tasks.time_before", f"Time per task in {month.before.name}", seconds_before, "seconds", n=n_timed_before),
        figure(
            "tasks.time_change",
            f"Change to {month.before.name}",
            change,
            "percent change",
            note="whatever the mix" if change is not None else "none known then",
        ),
        words("tasks.hours_saved", "Hours saved", None, note=HOURS),
    ]  # fmt: skip
