output "repository" {
  description = "What an image's name begins with."
  value       = "${var.region}-docker.pkg.dev/${google_artifact_registry_repository.images.project}/${google_artifact_registry_repository.images.name}"
}
