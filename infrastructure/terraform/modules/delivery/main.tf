# Deployment from GitHub without a key: a workflow proves who it is with a token of its own, for minutes, and only from one
# repository and the environment that somebody has to approve.

resource "google_iam_workload_identity_pool" "github" {
  workload_identity_pool_id = "${var.name}-github"
  display_name              = "GitHub Actions"
}

resource "google_iam_workload_identity_pool_provider" "github" {
  workload_identity_pool_id          = google_iam_workload_identity_pool.github.workload_identity_pool_id
  workload_identity_pool_provider_id = "actions"
  display_name                       = "GitHub Actions"
  attribute_mapping = {
    "google.subject"       = "assertion.sub"
    "attribute.repository" = "assertion.repository"
  }
  # Everybody on GitHub has tokens of this issuer.
  attribute_condition = "assertion.repository == '${var.repository}' && assertion.environment == '${var.environment}'"

  oidc {
    issuer_uri = "https://token.actions.githubusercontent.com"
  }
}

resource "google_service_account_iam_member" "workflow_deploys" {
  service_account_id = var.account_name
  role               = "roles/iam.workloadIdentityUser"
  member             = "principal://iam.googleapis.com/${google_iam_workload_identity_pool.github.name}/subject/repo:${var.repository}:environment:${var.environment}"
}

# New revisions of what is there. It cannot change who may do what: Terraform is applied by a person.
resource "google_cloud_run_v2_job_iam_member" "deploys" {
  for_each = var.jobs
  name     = each.value
  location = var.region
  role     = "roles/run.developer"
  member   = var.account
}

resource "google_cloud_run_v2_service_iam_member" "deploys" {
  name     = var.service
  location = var.region
  role     = "roles/run.developer"
  member   = var.account
}

# Who deploys something that runs as an account has to be allowed to act as it.
resource "google_service_account_iam_member" "acts_as" {
  for_each           = var.runs_as
  service_account_id = each.value
  role               = "roles/iam.serviceAccountUser"
  member             = var.account
}
