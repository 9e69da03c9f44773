{# The other broken promises: said at every build, stopping none; people read dq_results. #}
{{ config(severity='warn') }}
select
    check_name,
    check_scope,
    finding,
    check_date
from {{ ref('dq_results') }}
where not is_build_breaking and check_status in ('warn', 'fail')
