select sum(n_accepted_lines_added) as n_accepted_lines_added
from marts.mart_engineering__productivity_daily
where true [[and {{dates}}]] [[and {{platform}}]]
