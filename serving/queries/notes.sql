select count(distinct check_name) as n_checks_with_notes
from findings
where check_status = 'note'
