output "instance" {
  description = "The machine, for the load balancer."
  value       = google_compute_instance.metabase.id
}
