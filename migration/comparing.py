"""The SQL that explains, for one table, every difference between the predecessor's rows and ours.

Rows are matched in steps, strongest evidence first, each row once; what is left at the end has no explanation. The parts
of a day and measure always add up: sum(old_value) is what the old table says, sum(new_value) what the new one says.

| reason | evidence |
|---|---|
| equal, float_noise | same key and day, all measures the same (to a millionth) |
| cents_read_as_dollars | money: the old figure is 100 times ours to a millionth, or most of the table's rows are and this one has a second reason for what is left |
| double_counted_rows | the same row with the same request id once more |
| local_day_boundary | the very same figures one day earlier or later |
| platform_word_mapping | the same figures under another platform word |
| dropped_by_inner_join | only ours: its user, key or workspace is missing in the old dimensions |
| late_revision | old row read while the day was open, ours later, at most a quarter off, and at most a tenth of the table's rows |
| before_old_began, after_old_stopped, platform_unknown_to_old, unknown_to_old | only ours: days, platforms or entries the old table never had |
| not_loaded_here | only old, before our first day: `make backfill` |
| unexplained | everything else |
"""

from migration.engine import Engine
from migration.tables import OldTable

OPEN_DAYS = 30
EXPLAINED_NOT = ("unexplained", "not_loaded_here")


def compare_sql(
    engine: Engine, table: OldTable, old: str, new: str, known: dict[str, str], run: tuple[int, str]
) -> str:
    """Return the query whose rows are the table's part of `validation_results`.

    Args:
        engine: For names and types.
        table: What is compared.
        old: The old table's qualified name.
        new: The compatibility view's.
        known: The qualified names of the old dim_users and dim_api_keys.
        run: Number and UTC day of the validation.
    """
    words = engine.dialect
    measures = table.measures or ("n_rows",)
    day = table.day or "cast(null as date)"
    loaded = "ingest_date" if table.day else "cast(null as date)"
    key = _key(table, words.text)
    values = ",\n        ".join(
        f"coalesce(cast({measure if table.measures else '1'} as {words.numeric}), 0) as {measure}"
        for measure in measures
    )
    plain = ", ".join(measures)
    sums = ", ".join(f"sum({measure}) as {measure}" for measure in measures)
    tolerance = f"cast('0.000001' as {words.numeric})"
    hundred = f"cast('100' as {words.numeric})"
    request = "request_id" if table.has_requests else f"cast(null as {words.text})"

    def exact(factor: str) -> str:
        return " and ".join(
            f"abs(old_sums.{m} - new_sums.{m} * {factor}) <= {tolerance} * {factor}"
            for m in measures
        )

    one = f"cast('1' as {words.numeric})"
    factor = f"case when {exact(one)} then 1"
    factor += f" when {exact(hundred)} then 100 else 0 end" if table.is_money else " else 0 end"
    some = " or ".join(f"old_sums.{m} <> 0" for m in measures)
    shift = words.days_between.format(later="new_sums.usage_date", earlier="old_sums.usage_date")
    far = " or ".join(
        f"abs(new_sums.{m} - old_sums.{m} / units.factor) * 4 > greatest(abs(new_sums.{m}), abs(old_sums.{m} / units.factor))"
        for m in measures
    )
    open_late = (
        words.days_between.format(later="{o}.loaded_date", earlier="{o}.usage_date")
        + f" < {OPEN_DAYS} and {{n}}.loaded_date > {{o}}.loaded_date"
    )

    def sides(old_part: str | None, new_part: str | None) -> str:
        """The measures of both sides: an expression with {} for the measure, or nothing."""
        parts = []
        for side, part in (("old", old_part), ("new", new_part)):
            parts += [
                f"cast({part.format(m) if part else 0} as {words.numeric}) as {side}_{m}"
                for m in measures
            ]
        return ", ".join(parts)

    def part(
        reason: str, source: str, day_of: str, platform_of: str, both: str, where: str = ""
    ) -> str:
        return (
            f"select {day_of} as usage_date, {platform_of} as platform, {reason} as reason, {both}"
            f" from {source} {where}"
        )

    scaled = "old_sums.{} / pairs.factor"
    cents = "old_sums.{} - old_sums.{} / pairs.factor"
    joined = (
        "pairs inner join old_sums on pairs.old_id = old_sums.row_id"
        " inner join new_sums on pairs.new_id = new_sums.row_id"
    )
    noise = " and ".join(f"old_sums.{m} = new_sums.{m}" for m in measures)

    def cents_of(m: str) -> str:
        return cents.format(m, m)

    def cents_sides() -> str:
        old_side = [f"cast({cents_of(m)} as {words.numeric}) as old_{m}" for m in measures]
        return ", ".join(old_side + [f"cast(0 as {words.numeric}) as new_{m}" for m in measures])

    window_old = "left join old_window on new_sums.platform = old_window.platform"
    parts = [
        part(
            f"case when pairs.factor = 100 then 'cents_read_as_dollars' when {noise} then 'equal' else 'float_noise' end",
            joined,
            "old_sums.usage_date",
            "old_sums.platform",
            sides("old_sums.{}", "new_sums.{}"),
            "where pairs.step = 'same'",
        ),
        part(
            "'cents_read_as_dollars'",
            joined,
            "old_sums.usage_date",
            "old_sums.platform",
            cents_sides(),
            "where pairs.step <> 'same' and pairs.factor = 100",
        ),
        part(
            "'local_day_boundary'",
            joined,
            "old_sums.usage_date",
            "old_sums.platform",
            sides(scaled, None),
            "where pairs.step = 'shifted'",
        ),
        part(
            "'local_day_boundary'",
            joined,
            "new_sums.usage_date",
            "new_sums.platform",
            sides(None, "new_sums.{}"),
            "where pairs.step = 'shifted'",
        ),
        part(
            "pairs.reason",
            joined,
            "old_sums.usage_date",
            "old_sums.platform",
            sides(scaled, "new_sums.{}"),
            "where pairs.step = 'revised'",
        ),
        part(
            "'cents_read_as_dollars'",
            "old_sums inner join words on old_sums.word_id = words.word_id",
            "old_sums.usage_date",
            "old_sums.platform",
            cents_sides().replace("pairs.", "words."),
            "where old_sums.row_id in (select row_id from old_left) and words.factor = 100",
        ),
        part(
            "'platform_word_mapping'",
            "old_sums inner join words on old_sums.word_id = words.word_id",
            "old_sums.usage_date",
            "old_sums.platform",
            sides(scaled.replace("pairs.", "words."), None),
            "where old_sums.row_id in (select row_id from old_left)",
        ),
        part(
            "'platform_word_mapping'",
            "new_sums inner join words on new_sums.word_id = words.word_id",
            "new_sums.usage_date",
            "new_sums.platform",
            sides(None, "new_sums.{}"),
            "where new_sums.row_id in (select row_id from new_left)",
        ),
        part(
            "'double_counted_rows'",
            "old_rows as old_sums",
            "usage_date",
            "platform",
            sides("old_sums.{}", None),
            "where copy_number > 1",
        ),
        part(
            "case when old_sums.usage_date < (select min(usage_date) from new_sums) then 'not_loaded_here'"
            " else 'unexplained' end",
            "old_sums",
            "old_sums.usage_date",
            "old_sums.platform",
            sides("old_sums.{}", None),
            "where old_sums.row_id in (select row_id from old_rest)",
        ),
        part(
            "case when old_window.platform is null and new_sums.usage_date is not null then 'platform_unknown_to_old'"
            " when new_sums.usage_date is null then 'unknown_to_old'"
            " when new_sums.usage_date < old_window.first_date then 'before_old_began'"
            " when new_sums.usage_date > old_window.last_date then 'after_old_stopped'"
            " when new_sums.is_dropped = 1 then 'dropped_by_inner_join'"
            f" when {open_late.format(o='old_days', n='new_sums')} then 'late_revision'"
            " else 'unexplained' end",
            f"new_sums {window_old} left join old_days on new_sums.platform = old_days.platform"
            " and new_sums.usage_date = old_days.usage_date",
            "new_sums.usage_date",
            "new_sums.platform",
            sides(None, "new_sums.{}"),
            "where new_sums.row_id in (select row_id from new_rest)",
        ),
    ]
    all_parts = "\n    union all\n    ".join(parts)
    old_new = ", ".join(
        f"sum({side}_{m}) as {side}_{m}" for side in ("old", "new") for m in measures
    )
    unpivoted = "\n    union all\n    ".join(
        f"select usage_date, platform, '{m}' as measure, reason, n_rows, old_{m} as old_value, new_{m} as new_value"
        " from summed" + (f" where old_{m} <> 0 or new_{m} <> 0" if table.measures else "")
        for m in measures
    )
    number, today = run
    return f"""
with old_typed as (
    select {day} as usage_date, {loaded} as loaded_date, {table.platform} as platform, {key} as row_key,
        {request} as request_id,
        {values}
    from {old}
), old_rows as (
    select *, row_number() over (
        partition by request_id, usage_date, platform, row_key, {plain} order by loaded_date
    ) as copy_number
    from old_typed
), old_first as (
    select * from old_rows where copy_number = 1
), old_grouped as (
    select usage_date, platform, row_key, max(loaded_date) as loaded_date, {sums}
    from old_first group by usage_date, platform, row_key
), old_sums as (
    select *, {_id("usage_date", "platform", "row_key", words.text)} as row_id,
        {_id("usage_date", "''", "row_key", words.text)} as word_id
    from old_grouped
), known_users as (
    select distinct lower(trim(email)) as known_email from {known["dim_users"]} where email is not null
), known_keys as (
    select distinct api_key_id as known_api_key_id from {known["dim_api_keys"]} where api_key_id is not null
), known_workspaces as (
    select distinct workspace_id as known_workspace_id from {known["dim_api_keys"]} where workspace_id is not null
), new_known as (
    select new_rows.*{_known(table)}
), new_typed as (
    select {day} as usage_date, {loaded} as loaded_date, {table.platform} as platform, {key} as row_key,
        case when {table.was_dropped} then 1 else 0 end as is_dropped,
        {values}
    from new_known
), new_grouped as (
    select usage_date, platform, row_key, max(loaded_date) as loaded_date, max(is_dropped) as is_dropped, {sums}
    from new_typed group by usage_date, platform, row_key
), new_sums as (
    select *, {_id("usage_date", "platform", "row_key", words.text)} as row_id,
        {_id("usage_date", "''", "row_key", words.text)} as word_id
    from new_grouped
), old_window as (
    select platform, min(usage_date) as first_date, max(usage_date) as last_date from old_sums group by platform
), old_days as (
    select platform, usage_date, max(loaded_date) as loaded_date from old_sums group by platform, usage_date
), same_key as (
    select old_sums.row_id as old_id, new_sums.row_id as new_id, {factor} as factor,
        case when {some} then 1 else 0 end as is_some
    from old_sums inner join new_sums on old_sums.row_id = new_sums.row_id
), units as (
    select case when coalesce(sum(case when factor = 100 then is_some end), 0)
        > coalesce(sum(case when factor = 1 then is_some end), 0) then 100 else 1 end as factor
    from same_key
), shift_candidates as (
    select old_sums.row_id as old_id, new_sums.row_id as new_id, {factor} as factor,
        row_number() over (partition by old_sums.row_id order by new_sums.usage_date) as old_rank,
        row_number() over (partition by new_sums.row_id order by old_sums.usage_date) as new_rank
    from old_sums inner join new_sums
        on old_sums.platform = new_sums.platform and old_sums.row_key = new_sums.row_key
    where abs({shift}) = 1 and ({some}) and {factor} > 0
        and old_sums.row_id not in (select old_id from same_key where factor > 0)
        and new_sums.row_id not in (select new_id from same_key where factor > 0)
), exact_pairs as (
    select old_id, new_id, factor, 'same' as step, 'same' as reason from same_key where factor > 0
    union all
    select old_id, new_id, factor, 'shifted' as step, 'shifted' as reason from shift_candidates
    where old_rank = 1 and new_rank = 1
), old_left as (
    select old_sums.* from old_sums left join exact_pairs on old_sums.row_id = exact_pairs.old_id
    where exact_pairs.old_id is null
), new_left as (
    select new_sums.* from new_sums left join exact_pairs on new_sums.row_id = exact_pairs.new_id
    where exact_pairs.new_id is null
), old_words as (
    select word_id, {sums} from old_left group by word_id
), new_words as (
    select word_id, {sums} from new_left group by word_id
), word_factors as (
    select old_sums.word_id, {factor} as factor
    from old_words as old_sums inner join new_words as new_sums on old_sums.word_id = new_sums.word_id
), words as (
    select word_id, factor from word_factors where factor > 0
), revised as (
    select old_sums.row_id as old_id, new_sums.row_id as new_id, units.factor, 'revised' as step,
        case when {far} then 'unexplained'
            when {open_late.format(o="old_sums", n="new_sums")} then 'late_revision'
            else 'unexplained' end as reason
    from old_left as old_sums inner join new_left as new_sums on old_sums.row_id = new_sums.row_id
    cross join units
    where old_sums.word_id not in (select word_id from words)
), pairs as (
    select old_id, new_id, factor, step, reason from exact_pairs
    union all
    select old_id, new_id, factor, step, reason from revised
), old_rest as (
    select row_id from old_left
    where row_id not in (select old_id from revised) and word_id not in (select word_id from words)
), new_rest as (
    select row_id from new_left
    where row_id not in (select new_id from revised) and word_id not in (select word_id from words)
), parts as (
    {all_parts}
), counted as (
    select *, sum(case when reason = 'late_revision' then 1 else 0 end) over () as n_late, count(*) over () as n_parts
    from parts
), judged as (
    select usage_date, platform,
        case when reason = 'late_revision' and n_late * 10 > n_parts then 'unexplained' else reason end as final_reason,
        {", ".join(f"{side}_{m}" for side in ("old", "new") for m in measures)}
    from counted
), summed as (
    select usage_date, platform, final_reason as reason, count(*) as n_rows, {old_new}
    from judged group by usage_date, platform, final_reason
), unpivoted as (
    {unpivoted}
)
select {number} as run_number, date '{today}' as validation_date, '{table.name}' as table_name, usage_date, platform,
    measure, reason, n_rows, cast(old_value as {words.numeric}) as old_value,
    cast(new_value as {words.numeric}) as new_value,
    cast(new_value - old_value as {words.numeric}) as difference,
    reason not in ({", ".join(f"'{reason}'" for reason in EXPLAINED_NOT)}) as is_explained
from unpivoted
""".replace("{new}", new)


def _known(table: OldTable) -> str:
    """What the old dimensions knew of a new row; tables without joins ask nothing."""
    if table.was_dropped == "false":
        return " from {new} as new_rows"
    columns = dict(table.columns)
    assert {"user_email", "api_key_id", "workspace_id"} <= set(columns)  # noqa: S101 - the specs above
    return (
        ", known_users.known_email is not null as known_user"
        ", known_keys.known_api_key_id is not null as known_key"
        ", known_workspaces.known_workspace_id is not null as known_workspace"
        " from {new} as new_rows"
        " left join known_users on lower(trim(new_rows.user_email)) = known_users.known_email"
        " left join known_keys on new_rows.api_key_id = known_keys.known_api_key_id"
        " left join known_workspaces on new_rows.workspace_id = known_workspaces.known_workspace_id"
    )


def _key(table: OldTable, text: str) -> str:
    parts = ", '|', ".join(f"coalesce(cast({part} as {text}), '~')" for part in table.row_key)
    return f"concat({parts}, '')"


def _id(day: str, platform: str, key: str, text: str) -> str:
    return f"concat(coalesce(cast({day} as {text}), ''), '|', {platform}, '|', {key})"
