-- Vendors of whose days some were read and some not.
select
    budget_scope_value as vendor,
    count(case when is_read then 1 end) as n_days_read,
    count(*) as n_days
from read_days
where budget_scope = 'vendor' and n_sources_needed > 0
group by budget_scope_value
having count(case when is_read then 1 end) between 1 and count(*) - 1
order by vendor
