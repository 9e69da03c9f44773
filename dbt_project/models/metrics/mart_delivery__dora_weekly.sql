{# One row per ISO week, service and team scope: the five keys of DORA in production. #}
{{ dora_keys('week', 'week_start_date') }}
