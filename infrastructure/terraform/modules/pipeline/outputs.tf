output "jobs" {
  description = "The jobs' names, by schedule."
  value       = { for schedule, job in google_cloud_run_v2_job.run : schedule => job.name }
}
