select
    max(usage_date) as last_date,
    max(usage_date) - (cast($days as integer) - 1) as since
from marts.fct_ai_spend_daily
