select
    week_start_date,
    sum(n_document_active_events) as n_document_active_events,
    sum(n_communication_active_events) as n_communication_active_events,
    sum(n_chat_app_active_events) as n_chat_app_active_events,
    sum(n_other_app_active_events) as n_other_app_active_events
from marts.mart_knowledge_workers__team_weekly
where
    platform = 'gemini_workspace' [[and {{dates}}]] [[and {{team}}]] [[and {{platform}}]]
group by week_start_date
order by week_start_date
