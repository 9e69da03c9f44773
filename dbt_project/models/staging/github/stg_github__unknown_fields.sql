{# One row per raw table, day and text of fields that the contract does not know. #}
{{ unknown_fields(
    'github',
    day_tables=[],
    other_tables=[
        'repositories', 'pull_requests', 'pull_request_commits', 'pull_request_reviews',
        'pull_request_comments', 'issue_events', 'deployments', 'deployment_statuses',
        'workflow_runs', 'releases', 'commits', 'team_members'
    ]
) }}
