"""The SQL that explains, for one table, every difference between the predecessor's rows and ours.

`matching` finds which rows belong together; here each pair, and each row that is left, is cut into parts with a reason.
The parts of a day and measure always add up: sum(old_value) is what the old table says, sum(new_value) what ours says. How
far apart they are is summed over rows without its sign, so that two errors of a day do not make up for each other.

| reason | evidence |
|---|---|
| equal, float_noise | same key and day, all measures the same (to a millionth) |
| cents_read_as_dollars | money: the old figure is 100 times ours to a millionth, or most of the table's rows are and this one has a second reason for what is left |
| double_counted_rows | the same row with the same request id once more |
| local_day_boundary | the very same figures one day earlier or later |
| platform_word_mapping | the same figures under other platform words; what moved besides is a late revision by its rules |
| dropped_by_inner_join | only ours: its user, key or workspace is missing in the old dimensions |
| late_revision | old row read while the day was open, ours later, at most a quarter off, and at most a tenth of the matched rows; a row that only we have: of somebody whom the old table knows on other days |
| before_old_began, after_old_stopped, platform_unknown_to_old, unknown_to_old | only ours: days, platforms or entries the old table never had |
| null_read_as_zero | the old row says 0 where ours says nothing, and the old table never says nothing there |
| null_against_zero | any other 0 against nothing |
| not_loaded_here | only old, before our first day: `make backfill` |
| unexplained | everything else |
"""

from migration.matching import Matching
from migration.tables import OldTable
from warehouse.engine import Warehouse

EXPLAINED_NOT = ("unexplained", "not_loaded_here", "null_against_zero")


def compare_sql(
    warehouse: Warehouse,
    table: OldTable,
    old: str,
    new: str,
    known: dict[str, str],
    run: tuple[int, str],
) -> str:
    """Return the query whose rows are the table's part of `validation_results`.

    Args:
        warehouse: For names and types.
        table: What is compared.
        old: The old table's qualified name.
        new: The compatibility view's.
        known: The qualified names of the old dim_users and dim_api_keys.
        run: Number and UTC day of the validation.
    """
    matching = Matching(warehouse.dialect, table, old, new, known)
    each, numeric = matching.each, warehouse.dialect.numeric
    parts = "\n    union all\n    ".join(_parts(matching))
    measured = "\n    union all\n    ".join(_measured(measure) for measure in matching.measures)
    number, today = run
    return f"""
with {matching.ctes()}, parts as (
    {parts}
), counted as (
    select *, sum(case when reason = 'late_revision' then 1 else 0 end) over () as n_late, sum(is_match) over () as n_matched
    from parts
), judged as (
    select counted.usage_date, counted.platform,
        case when counted.reason = 'late_revision' and counted.n_late * 10 > counted.n_matched
            then 'unexplained' else counted.reason end as reason,
        {each("counted.old_{m}, counted.new_{m}, case when counted.old_{m} = 0 and counted.new_{m} = 0 then counted.gap_{m} else 0 end as gap_{m}, coalesce(old_window.has_null_{m}, 1) as has_null_{m}")}
    from counted left join old_window on counted.platform = old_window.platform
), measured as (
    {measured}
), summed as (
    select usage_date, platform, measure, reason, count(*) as n_rows, sum(old_value) as old_value,
        sum(new_value) as new_value, sum({matching.gap()}) as absolute, max({matching.gap()}) as largest
    from measured group by usage_date, platform, measure, reason
)
select {number} as run_number, date '{today}' as validation_date, '{table.name}' as table_name, usage_date, platform,
    measure, reason, n_rows, cast(old_value as {numeric}) as old_value, cast(new_value as {numeric}) as new_value,
    cast(coalesce(new_value, 0) - coalesce(old_value, 0) as {numeric}) as difference,
    reason not in ({", ".join(f"'{reason}'" for reason in EXPLAINED_NOT)}) as is_explained,
    cast(absolute as {numeric}) as absolute_difference, cast(largest as {numeric}) as largest_difference
from summed
"""


def _measured(measure: str) -> str:
    """The parts of one measure that say something of it, with what a side without a figure explains."""
    return (
        f"select usage_date, platform, '{measure}' as measure,"
        f" case when gap_{measure} = 0 then reason"
        f" when gap_{measure} = 2 and has_null_{measure} = 0 then 'null_read_as_zero'"
        " else 'null_against_zero' end as reason,"
        f" case when gap_{measure} = 1 then null else old_{measure} end as old_value,"
        f" case when gap_{measure} = 2 then null else new_{measure} end as new_value"
        f" from judged where old_{measure} <> 0 or new_{measure} <> 0 or gap_{measure} > 0"
    )


def _parts(matching: Matching) -> list[str]:
    """Every part as a query of the same columns; `is_match` is 1 once for each old row that was matched."""
    each, numeric = matching.each, matching.dialect.numeric

    def part(
        reason: str,
        source: str,
        *,
        row: str = "old_sums",
        old: str = "0",
        new: str = "0",
        gaps: str = "0",
        is_match: int = 0,
    ) -> str:
        sides = each(
            f"cast({old} as {numeric}) as old_{{m}}, cast({new} as {numeric}) as new_{{m}}, {gaps} as gap_{{m}}"
        )
        return (
            f"select {row}.usage_date, {row}.platform, {reason} as reason, {is_match} as is_match, {sides}"
            f" from {source}"
        )

    def scaled(step: str) -> str:
        return matching.in_our_unit("old_sums.{m}", f"{step}.factor")

    def paired(step: str) -> str:
        return (
            "pairs inner join old_sums on pairs.old_id = old_sums.row_id"
            f" inner join new_sums on pairs.new_id = new_sums.row_id where pairs.step {step}"
        )

    noise = each("old_sums.{m} = new_sums.{m}", " and ")
    old_words = "old_left as old_sums inner join words on old_sums.word_id = words.word_id"
    new_words = "new_left as new_sums inner join words on new_sums.word_id = words.word_id"
    moved = "case when new_sums.word_rank = 1 then words.moved_{m} else 0 end"
    return [
        part(
            f"case when pairs.factor = 100 then 'cents_read_as_dollars' when {noise} then 'equal' else 'float_noise' end",
            paired("= 'same'"),
            old="old_sums.{m}",
            new="new_sums.{m}",
            gaps="pairs.gap_{m}",
            is_match=1,
        ),
        part(
            "'cents_read_as_dollars'",
            paired("<> 'same' and pairs.factor = 100"),
            old=f"old_sums.{{m}} - {scaled('pairs')}",
        ),
        part(
            "'local_day_boundary'",
            paired("= 'shifted'"),
            old=scaled("pairs"),
            gaps="pairs.gap_{m}",
            is_match=1,
        ),
        part("'local_day_boundary'", paired("= 'shifted'"), row="new_sums", new="new_sums.{m}"),
        part(
            "pairs.reason",
            paired("= 'revised'"),
            old=scaled("pairs"),
            new="new_sums.{m}",
            gaps="pairs.gap_{m}",
            is_match=1,
        ),
        part(
            "'cents_read_as_dollars'",
            f"{old_words} where words.factor = 100",
            old=f"old_sums.{{m}} - {scaled('words')}",
        ),
        part(
            "'platform_word_mapping'",
            old_words,
            old=scaled("words"),
            gaps="words.gap_{m}",
            is_match=1,
        ),
        part("'platform_word_mapping'", new_words, row="new_sums", new=f"new_sums.{{m}} - {moved}"),
        part(
            "'late_revision'",
            f"{new_words} where words.is_revised = 1 and new_sums.word_rank = 1",
            row="new_sums",
            new="words.moved_{m}",
        ),
        part(
            "'double_counted_rows'",
            "old_rows as old_sums where copy_number > 1",
            old="coalesce(old_sums.{m}, 0)",
        ),
        part(
            "case when old_sums.usage_date < (select min(usage_date) from new_sums) then 'not_loaded_here'"
            " else 'unexplained' end",
            "old_rest as old_sums",
            old="old_sums.{m}",
        ),
        part(
            "case when old_window.platform is null and new_sums.usage_date is not null then 'platform_unknown_to_old'"
            " when new_sums.usage_date is null then 'unknown_to_old'"
            " when new_sums.usage_date < old_window.first_date then 'before_old_began'"
            " when new_sums.usage_date > old_window.last_date then 'after_old_stopped'"
            " when new_sums.is_dropped = 1 then 'dropped_by_inner_join'"
            " when new_sums.word_id in (select word_id from torn) then 'unexplained'"
            f" when old_keys.row_key is not null and {matching.open_late('old_days', 'new_sums')} then 'late_revision'"
            " else 'unexplained' end",
            "new_rest as new_sums left join old_window on new_sums.platform = old_window.platform"
            " left join old_days on new_sums.platform = old_days.platform and new_sums.usage_date = old_days.usage_date"
            " left join old_keys on new_sums.platform = old_keys.platform and new_sums.row_key = old_keys.row_key",
            row="new_sums",
            new="new_sums.{m}",
        ),
    ]
