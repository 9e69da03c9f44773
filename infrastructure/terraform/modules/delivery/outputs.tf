output "identity_provider" {
  description = "What the workflow calls the provider: the repository's variable WORKLOAD_IDENTITY_PROVIDER."
  value       = google_iam_workload_identity_pool_provider.github.name
}
