# What people rely on.

terraform {
  required_version = ">= 1.9"
  required_providers {
    google = {
      source  = "hashicorp/google"
      version = "~> 6.50"
    }
  }

  # Who may read the state may read all names; it holds no key. `terraform init -backend-config=bucket=…` says whose bucket.
  backend "gcs" {
    prefix = "ai-usage/prod"
  }
}

provider "google" {
  project = var.project
  region  = "us-central1"
  # Budgets and quotas count to the project that asks.
  user_project_override = true
  billing_project       = var.project
}

module "stack" {
  source          = "../modules/stack"
  project         = var.project
  environment     = "production"
  image           = var.image
  sources         = var.sources
  sign_in         = var.sign_in
  secrets         = local.secrets
  schedules       = local.schedules
  public_url      = var.public_url
  callers         = var.callers
  min_instances   = 1
  analysts        = var.analysts
  metrics_readers = var.metrics_readers
  delivering      = var.delivering
  recording       = var.recording
  metabase        = var.metabase
  alert_mail      = var.alert_mail
  docs_url        = var.docs_url
  billing_account = var.billing_account
  usd_per_month   = 800
  repository      = var.repository
}
