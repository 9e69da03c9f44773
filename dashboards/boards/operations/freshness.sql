select
    source_name,
    resource_name,
    replace(promise_status, '_', ' ') as promise_status,
    newest_date,
    last_change_at,
    n_hours_of_vendor_lag,
    n_hours_promised
from quality.dq_source_promises
order by
    case promise_status when 'late' then 1 when 'kept' then 2 else 3 end,
    source_name,
    resource_name
