select count(distinct check_name) as n_checks
from findings
