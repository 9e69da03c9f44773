# API and boards, over the snapshot that was published last. The service follows the pointer in the bucket; it reads no warehouse.

resource "google_cloud_run_v2_service" "api" {
  name                = "${var.name}-api"
  location            = var.region
  deletion_protection = true
  # From outside only through the company's load balancer, which holds the certificate and the sign-in.
  ingress = "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER"
  labels  = var.labels

  template {
    service_account                  = var.account
    max_instance_request_concurrency = 250
    timeout                          = "300s" # thirty times API_REQUEST_SECONDS: the longest a stream may take

    scaling {
      min_instance_count = var.min_instances
      # Sessions and audit log are one part of the state, and whoever begins to serve takes it over (ADR 0071).
      max_instance_count = 1
    }

    containers {
      image = var.image
      args  = ["serve"]

      ports {
        container_port = 8000
      }

      resources {
        limits = {
          cpu    = "2"
          memory = "4Gi"
        }
        # Boards are drawn ahead of questions, so there is work between requests.
        cpu_idle          = false
        startup_cpu_boost = true
      }

      startup_probe {
        http_get {
          path = "/healthz"
          port = 8000
        }
        initial_delay_seconds = 2
        period_seconds        = 5
        failure_threshold     = 24
      }

      liveness_probe {
        http_get {
          path = "/healthz"
          port = 8000
        }
        period_seconds    = 30
        failure_threshold = 3
      }

      dynamic "env" {
        for_each = var.environment
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

    volumes {
      name = "scratch"
      empty_dir {
        medium     = "MEMORY"
        size_limit = "1Gi"
      }
    }
  }

  # Which image is Terraform's to say only the first time: from then on a deployment does (.github/workflows/deploy.yml).
  lifecycle {
    ignore_changes = [template[0].containers[0].image, client, client_version]
  }
}

# Who may knock: groups of the company and the load balancer's own account, never everybody. What they then see, the
# service's own tokens and sign-in decide.
resource "google_cloud_run_v2_service_iam_member" "calls" {
  for_each = var.callers
  name     = google_cloud_run_v2_service.api.name
  location = var.region
  role     = "roles/run.invoker"
  member   = each.key
}
