select finding
from findings
where check_name = 'source_off' and check_status <> 'ok'
order by check_scope
