select
    source_name,
    resource_name,
    field_name,
    quarantine_reason,
    max(check_date) as check_date,
    sum(n_rows) as n_rows
from quality.dq_quarantined_rows
where true [[and {{dates}}]]
group by source_name, resource_name, field_name, quarantine_reason
order by n_rows desc, source_name, resource_name, field_name, quarantine_reason
