"""The SQL that finds, for one table, which row of the predecessor's and which of ours are the same one.

Strongest evidence first, each row once: the same key and day; the very same figures a day earlier or later; the same
figures under other platform words; the same key with figures that moved. A measure that says nothing is zero while rows
are matched; `gap_<measure>` keeps that one side said nothing (1: the old one, 2: ours), and `comparing` judges it.
"""

from dataclasses import dataclass

from migration.tables import OldTable
from warehouse.engine import Dialect

OPEN_DAYS = 30
"""So long a vendor may revise a day."""


@dataclass(frozen=True)
class Matching:
    """The steps over one table: old rows in `old`, ours in `new`, the old dimensions' names in `known`."""

    dialect: Dialect
    table: OldTable
    old: str
    new: str
    known: dict[str, str]

    @property
    def measures(self) -> tuple[str, ...]:
        """What is compared; of a dimension, that the row is there."""
        return self.table.measures or ("n_rows",)

    def each(self, template: str, between: str = ", ") -> str:
        """Return the template once per measure, which it calls {m}."""
        return between.join(template.format(m=measure) for measure in self.measures)

    def number(self, text: str) -> str:
        """Return an exact number of the warehouse."""
        return f"cast('{text}' as {self.dialect.numeric})"

    def in_our_unit(self, value: str, factor: str) -> str:
        """Return an old figure as ours counts it."""
        return f"case when {factor} = 100 then {value} * {self.number('0.01')} else {value} end"

    def factor(self) -> str:
        """Return what the old figures of a pair are a multiple of: 1, for money also 100, or 0 for neither."""

        def exact(factor: str) -> str:
            number = self.number(factor)
            return self.each(
                f"abs(old_sums.{{m}} - new_sums.{{m}} * {number}) <= {self.number('0.000001')} * {number}",
                " and ",
            )

        cents = f" when {exact('100')} then 100" if self.table.is_money else ""
        return f"case when {exact('1')} then 1{cents} else 0 end"

    def gaps(self) -> str:
        """Return which side of a pair said nothing."""
        return self.each(
            "case when old_sums.{m}_null > new_sums.{m}_null then 1"
            " when old_sums.{m}_null < new_sums.{m}_null then 2 else 0 end as gap_{m}"
        )

    def open_late(self, old: str, new: str) -> str:
        """Return whether ours was read later, and the old row while its day was open."""
        days = self.dialect.days_between.format(
            later=f"{old}.loaded_date", earlier=f"{old}.usage_date"
        )
        return f"{days} < {OPEN_DAYS} and {new}.loaded_date > {old}.loaded_date"

    def gap(self) -> str:
        """Return how far apart the two figures of a part are."""
        return "abs(coalesce(new_value, 0) - coalesce(old_value, 0))"

    def far(self) -> str:
        """Return whether a figure moved by more than a quarter."""
        ours = self.in_our_unit("old_sums.{m}", "units.factor")
        return self.each(
            f"abs(new_sums.{{m}} - {ours}) * 4 > greatest(abs(new_sums.{{m}}), abs({ours}))", " or "
        )

    def ctes(self) -> str:
        """Return the common table expressions, from the tables to `pairs`, `words` and what is left."""
        text = self.dialect.text
        table = self.table
        day = table.day or "cast(null as date)"
        loaded = "ingest_date" if table.day else "cast(null as date)"
        request = "request_id" if table.has_requests else f"cast(null as {text})"
        typed = f"{day} as usage_date, {loaded} as loaded_date, {table.platform} as platform, {self.key()} as row_key"
        values = self.each(
            f"cast({'{m}' if table.measures else '1'} as {self.dialect.numeric}) as {{m}}"
        )
        sums = self.each("sum({m}) as {m}")
        known_sums = self.each(
            "coalesce({m}, 0) as {m}, case when {m} is null then 1 else 0 end as {m}_null"
        )
        ids = f"{self._id('platform')} as row_id, {self._id(chr(39) * 2)} as word_id"
        some = self.each("old_sums.{m} <> 0", " or ")
        shift = self.dialect.days_between.format(
            later="new_sums.usage_date", earlier="old_sums.usage_date"
        )
        word_sums = (
            f"word_id, {sums}, {self.each('min({m}_null) as {m}_null')}, count(*) as n_members,"
            " min(usage_date) as usage_date, max(loaded_date) as loaded_date"
        )
        gap_names = self.each("gap_{m}")
        dimensions = {name: self.known[name] for name in ("dim_users", "dim_api_keys")}
        return f"""
old_typed as (
    select {typed}, {request} as request_id, {values} from {self.old}
), old_rows as (
    select *, case when request_id is null then 1 else row_number() over (
        partition by request_id, usage_date, platform, row_key, {self.each("{m}")} order by loaded_date
    ) end as copy_number
    from old_typed
), old_grouped as (
    select usage_date, platform, row_key, max(loaded_date) as loaded_date, {sums}
    from old_rows where copy_number = 1 group by usage_date, platform, row_key
), old_sums as (
    select usage_date, platform, row_key, loaded_date, {known_sums}, {ids} from old_grouped
), known_users as (
    select distinct lower(trim(email)) as known_email from {dimensions["dim_users"]} where email is not null
), known_keys as (
    select distinct api_key_id as known_api_key_id from {dimensions["dim_api_keys"]} where api_key_id is not null
), known_workspaces as (
    select distinct workspace_id as known_workspace_id from {dimensions["dim_api_keys"]} where workspace_id is not null
), new_known as (
    select new_rows.*{self._known()}
), new_typed as (
    select {typed}, case when {table.was_dropped} then 1 else 0 end as is_dropped, {values} from new_known
), new_grouped as (
    select usage_date, platform, row_key, max(loaded_date) as loaded_date, max(is_dropped) as is_dropped, {sums}
    from new_typed group by usage_date, platform, row_key
), new_sums as (
    select usage_date, platform, row_key, loaded_date, is_dropped, {known_sums}, {ids} from new_grouped
), old_window as (
    select platform, min(usage_date) as first_date, max(usage_date) as last_date, {self.each("max({m}_null) as has_null_{m}")}
    from old_sums group by platform
), old_days as (
    select platform, usage_date, max(loaded_date) as loaded_date from old_sums group by platform, usage_date
), old_keys as (
    select platform, row_key from old_sums group by platform, row_key
), same_key as (
    select old_sums.row_id as old_id, new_sums.row_id as new_id, {self.factor()} as factor,
        case when {some} then 1 else 0 end as is_some, {self.gaps()}
    from old_sums inner join new_sums on old_sums.row_id = new_sums.row_id
), units as (
    select case when coalesce(sum(case when factor = 100 then is_some end), 0)
        > coalesce(sum(case when factor = 1 then is_some end), 0) then 100 else 1 end as factor
    from same_key
), same_ids as (
    select old_id as row_id from same_key where factor > 0
), shift_candidates as (
    select old_sums.row_id as old_id, new_sums.row_id as new_id, {self.factor()} as factor,
        row_number() over (partition by old_sums.row_id order by new_sums.usage_date) as old_rank,
        row_number() over (partition by new_sums.row_id order by old_sums.usage_date) as new_rank, {self.gaps()}
    from old_sums inner join new_sums
        on old_sums.platform = new_sums.platform and old_sums.row_key = new_sums.row_key
    where abs({shift}) = 1 and ({some}) and {self.factor()} > 0
        and old_sums.row_id not in (select row_id from same_ids)
        and new_sums.row_id not in (select row_id from same_ids)
), exact_pairs as (
    select old_id, new_id, factor, 'same' as step, 'same' as reason, {gap_names} from same_key where factor > 0
    union all
    select old_id, new_id, factor, 'shifted' as step, 'shifted' as reason, {gap_names} from shift_candidates
    where old_rank = 1 and new_rank = 1
), old_left as (
    select old_sums.* from old_sums left join exact_pairs on old_sums.row_id = exact_pairs.old_id
    where exact_pairs.old_id is null
), new_left as (
    select new_sums.*, row_number() over (
        partition by new_sums.word_id order by {self.each("new_sums.{m}", " + ")} desc, new_sums.platform
    ) as word_rank
    from new_sums left join exact_pairs on new_sums.row_id = exact_pairs.new_id
    where exact_pairs.new_id is null
), old_words as (
    select {word_sums} from old_left group by word_id
), new_words as (
    select {word_sums} from new_left group by word_id
), same_words as (
    select old_left.word_id, count(*) as n_members
    from old_left inner join new_left on old_left.row_id = new_left.row_id group by old_left.word_id
), word_pairs as (
    select old_sums.word_id, {self.factor()} as factor, units.factor as unit_factor, {self.gaps()},
        case when coalesce(same_words.n_members, 0) = greatest(old_sums.n_members, new_sums.n_members) then 0
            when {self.far()} then 0 when {self.open_late("old_sums", "new_sums")} then 1 else 0 end as is_revised,
        case when coalesce(same_words.n_members, 0) < greatest(old_sums.n_members, new_sums.n_members) and ({self.far()})
            then 1 else 0 end as is_torn,
        {self.each(f"new_sums.{{m}} - {self.in_our_unit('old_sums.{m}', 'units.factor')} as moved_{{m}}")}
    from old_words as old_sums inner join new_words as new_sums on old_sums.word_id = new_sums.word_id
    left join same_words on old_sums.word_id = same_words.word_id
    cross join units
    where {some}
), words as (
    select word_id, factor, 0 as is_revised, {gap_names}, {self.each("0 as moved_{m}")} from word_pairs where factor > 0
    union all
    select word_id, unit_factor as factor, 1 as is_revised, {gap_names}, {self.each("moved_{m}")}
    from word_pairs where factor = 0 and is_revised = 1
), torn as (
    select word_id from word_pairs where factor = 0 and is_torn = 1
), revised as (
    select old_sums.row_id as old_id, new_sums.row_id as new_id, units.factor, 'revised' as step,
        case when {self.far()} or old_sums.word_id in (select word_id from torn) then 'unexplained'
            when {self.open_late("old_sums", "new_sums")} then 'late_revision' else 'unexplained' end as reason,
        {self.gaps()}
    from old_left as old_sums inner join new_left as new_sums on old_sums.row_id = new_sums.row_id
    cross join units
    where old_sums.word_id not in (select word_id from words)
), pairs as (
    select old_id, new_id, factor, step, reason, {gap_names} from exact_pairs
    union all
    select old_id, new_id, factor, step, reason, {gap_names} from revised
), old_rest as (
    select * from old_left
    where row_id not in (select old_id from revised) and word_id not in (select word_id from words)
), new_rest as (
    select * from new_left
    where row_id not in (select new_id from revised) and word_id not in (select word_id from words)
)"""

    def _known(self) -> str:
        """What the old dimensions knew of a new row; tables without joins ask nothing."""
        if self.table.was_dropped == "false":
            return f" from {self.new} as new_rows"
        columns = dict(self.table.columns)
        assert {"user_email", "api_key_id", "workspace_id"} <= set(columns)  # noqa: S101 - the specs
        return (
            ", known_users.known_email is not null as known_user"
            ", known_keys.known_api_key_id is not null as known_key"
            ", known_workspaces.known_workspace_id is not null as known_workspace"
            f" from {self.new} as new_rows"
            " left join known_users on lower(trim(new_rows.user_email)) = known_users.known_email"
            " left join known_keys on new_rows.api_key_id = known_keys.known_api_key_id"
            " left join known_workspaces on new_rows.workspace_id = known_workspaces.known_workspace_id"
        )

    def key(self) -> str:
        """Return SQL for what makes a row of one table the same as a row of the other, its day and platform aside."""
        # A text that reads like NULL is not NULL.
        parts = ", '|', ".join(
            f"coalesce('=' || cast({part} as {self.dialect.text}), '~')"
            for part in self.table.row_key
        )
        return f"concat({parts}, '')"

    def _id(self, platform: str) -> str:
        return f"concat(coalesce(cast(usage_date as {self.dialect.text}), ''), '|', {platform}, '|', row_key)"
