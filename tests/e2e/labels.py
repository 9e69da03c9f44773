"""How often platform and owner are right, measured on the company's own knowledge."""

from dataclasses import dataclass
from pathlib import Path

from tests.e2e.truth import opened


@dataclass(frozen=True)
class Score:
    """Labelled rows, one per day, actor and platform, as far as the facts have the actor that day.

    An actor that the facts lack altogether is not a question of its platform: `truth.differences`
    finds it. (Cursor's machines on a day on which they were charged nothing have no row anywhere.)
    """

    n_rows: int
    n_platform_right: int
    n_attributed: int
    n_owner_right: int
    n_owned: int

    @property
    def platform_accuracy(self) -> float:
        return self.n_platform_right / self.n_rows

    @property
    def attribution_precision(self) -> float:
        """Of the rows with an owner, how many have the right one."""
        return self.n_owner_right / self.n_attributed

    @property
    def attribution_recall(self) -> float:
        """Of the rows that belong to somebody, how many were given to them."""
        return self.n_owner_right / self.n_owned


def score(warehouse: Path, truth: Path) -> Score:
    """Compare the facts' platforms and the chosen owners with who and what was really behind."""
    with opened(warehouse, truth) as connection:
        row = connection.execute(
            """
            with
            seen as (
                select usage_date, actor_type, actor_id, platform from warehouse.marts.fact_claude_daily_usage
                union
                select usage_date, 'person', user_email, 'cursor' from warehouse.marts.fact_cursor_daily_usage
                union
                select usage_date, actor_type, actor_id, 'gemini_workspace' from warehouse.marts.fct_gemini_daily_usage
                union
                select usage_date, actor_type, actor_id, platform from warehouse.marts.fct_ai_spend_daily
            ),
            labelled as (
                select
                    true_owners.true_owner_email as true_email,
                    seen.platform is not null as is_platform_right,
                    chosen.owner_email
                from true_owners
                left join seen
                    on true_owners.usage_date = seen.usage_date
                    and true_owners.actor_type = seen.actor_type
                    and true_owners.actor_id = seen.actor_id
                    and true_owners.true_platform = seen.platform
                left join warehouse.intermediate.int_attribution__chosen as chosen
                    on true_owners.usage_date = chosen.usage_date
                    and true_owners.actor_type = chosen.actor_type
                    and true_owners.actor_id = chosen.actor_id
                    and true_owners.true_platform = chosen.platform
                where exists (
                    select 1 from seen as anywhere
                    where true_owners.usage_date = anywhere.usage_date
                        and true_owners.actor_type = anywhere.actor_type
                        and true_owners.actor_id = anywhere.actor_id
                )
            )
            select
                count(*),
                count(*) filter (is_platform_right),
                count(owner_email),
                count(*) filter (owner_email = true_email),
                count(true_email)
            from labelled
            """
        ).fetchone()
    assert row is not None
    return Score(*row)
