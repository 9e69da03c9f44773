{#
A broken promise of a check marked is_build_breaking means that the figures are wrong as a whole: nothing is published
and readers keep the snapshot before.
#}
select
    check_name,
    check_scope,
    finding,
    check_date
from {{ ref('dq_results') }}
where is_build_breaking and check_status <> 'ok'
