output "name" {
  description = "The service's name."
  value       = google_cloud_run_v2_service.api.name
}

output "address" {
  description = "Where it answers, for the load balancer."
  value       = google_cloud_run_v2_service.api.uri
}
