select * from marts.fct_routing_decisions
where routing_decision_id in (select unnest($decision_ids))
order by routing_decision_id, organization_id
