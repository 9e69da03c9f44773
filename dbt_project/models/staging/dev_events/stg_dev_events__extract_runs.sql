{# One row per extract run and table. #}
{{ extract_runs('dev_events') }}
