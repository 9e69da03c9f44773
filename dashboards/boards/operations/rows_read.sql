select
    cast(started_at as date) as run_date,
    source_name,
    sum(n_rows_read) as n_rows_read
from quality.pipeline_runs
where true [[and {{dates}}]]
group by cast(started_at as date), source_name
order by run_date, source_name
