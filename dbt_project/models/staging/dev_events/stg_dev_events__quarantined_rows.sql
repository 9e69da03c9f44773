{# One row per vendor row that broke its contract, with the reason. #}
{{ quarantined_rows('dev_events') }}
