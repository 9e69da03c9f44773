select
    sum(output_tokens) / nullif(sum(all_input_tokens), 0) as output_per_input_share,
    sum(output_tokens) as output_tokens
from marts.mart_api_consumption__team_daily
where
    true [[and {{dates}}]] [[and {{team}}]] [[and {{platform}}]] [[and {{workspace}}]]
    [[and {{model}}]]
