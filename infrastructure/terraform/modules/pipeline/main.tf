# Extract, build, publish: one image, one job for each schedule. A job ends with the run's exit code (docs/exit-codes.md).

resource "google_cloud_run_v2_job" "run" {
  for_each            = var.schedules
  name                = "${var.name}-${each.key}"
  location            = var.region
  deletion_protection = true
  labels              = var.labels

  template {
    # One task: a run is one process tree that owns the loader's folder and the publication.
    parallelism = 1
    task_count  = 1

    template {
      service_account = var.account
      # Nothing is retried here: what can be, the loader retries itself, and the next schedule goes on from where this one stopped.
      max_retries = 0
      timeout     = each.value.timeout

      containers {
        image = var.image
        args  = ["run"]

        resources {
          limits = {
            cpu    = each.value.cpu
            memory = each.value.memory
          }
        }

        dynamic "env" {
          for_each = merge(var.environment, each.value.environment)
          content {
            name  = env.key
            value = env.value
          }
        }

        dynamic "env" {
          for_each = var.secrets
          content {
            name = env.key
            value_source {
              secret_key_ref {
                secret  = env.value
                version = "latest"
              }
            }
          }
        }

        volume_mounts {
          name       = "scratch"
          mount_path = "/tmp"
        }
      }

      # The image is read-only; this is the only other place that is written to, and it counts as memory.
      volumes {
        name = "scratch"
        empty_dir {
          medium     = "MEMORY"
          size_limit = each.value.scratch
        }
      }
    }
  }

  # Which image is Terraform's to say only the first time: from then on a deployment does (.github/workflows/deploy.yml).
  lifecycle {
    ignore_changes = [template[0].template[0].containers[0].image, client, client_version]
  }
}

# Cloud Scheduler starts the job by Google's own API, which takes an OAuth token; an OIDC token is for services of one's own.
resource "google_cloud_scheduler_job" "start" {
  for_each         = var.schedules
  name             = "${var.name}-${each.key}"
  region           = var.region
  description      = each.value.description
  schedule         = each.value.cron
  time_zone        = each.value.time_zone
  attempt_deadline = "180s"
  paused           = var.paused

  retry_config {
    retry_count          = 3
    min_backoff_duration = "30s"
  }

  http_target {
    http_method = "POST"
    uri         = "https://run.googleapis.com/v2/${google_cloud_run_v2_job.run[each.key].id}:run"

    oauth_token {
      service_account_email = var.scheduler_email
      scope                 = "https://www.googleapis.com/auth/cloud-platform"
    }
  }
}

# The scheduler may start these jobs, and do nothing else in the project.
resource "google_cloud_run_v2_job_iam_member" "scheduler_starts" {
  for_each = var.schedules
  name     = google_cloud_run_v2_job.run[each.key].name
  location = var.region
  role     = "roles/run.invoker"
  member   = var.scheduler
}
