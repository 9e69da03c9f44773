select sum(n_unpriced_units) as n_unpriced_units
from marts.mart_api_consumption__unpriced_daily
where true [[and {{dates}}]] [[and {{model}}]]
