output "repository" {
  description = "What an image's name begins with: the repository's variable IMAGE_REPOSITORY."
  value       = module.registry.repository
}

output "identity_provider" {
  description = "The repository's variable WORKLOAD_IDENTITY_PROVIDER."
  value       = module.delivery.identity_provider
}

output "delivery_account" {
  description = "The repository's variable DELIVERY_ACCOUNT."
  value       = module.access.emails["delivery"]
}

output "jobs" {
  description = "The jobs' names, by schedule."
  value       = module.pipeline.jobs
}

output "service" {
  description = "Where the service answers, for the load balancer."
  value       = module.service.address
}

output "metabase" {
  description = "Metabase's machine, for the load balancer."
  value       = module.metabase.instance
}

output "deliveries" {
  description = "Where others put their files."
  value       = module.storage.deliveries
}

output "events" {
  description = "Where CI records deployments and tests: DEV_EVENTS_URL."
  value       = module.storage.events
}

output "rotation_topic" {
  description = "Where it is published that a key is to be changed."
  value       = module.secrets.rotation_topic
}
