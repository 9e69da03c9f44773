# Metabase on a machine of its own: compose with Metabase and PostgreSQL for its settings, both by digest. It has no address
# outside; people come through the company's load balancer or Identity-Aware Proxy.

locals {
  # Google's load balancers and their health checks, and Identity-Aware Proxy: fixed ranges that Google publishes.
  load_balancers = ["130.211.0.0/22", "35.191.0.0/16"]
  proxy          = ["35.235.240.0/20"]
}

resource "google_compute_network" "this" {
  name                    = "${var.name}-metabase"
  auto_create_subnetworks = false
}

resource "google_compute_subnetwork" "this" {
  name          = "${var.name}-metabase"
  region        = var.region
  network       = google_compute_network.this.id
  ip_cidr_range = "10.80.0.0/28" # one machine
  # BigQuery and Secret Manager are reached without the internet.
  private_ip_google_access = true

  log_config {
    aggregation_interval = "INTERVAL_10_MIN"
  }
}

# Images and Debian's security updates come from outside; nothing from outside reaches the machine.
resource "google_compute_router" "this" {
  name    = "${var.name}-metabase"
  region  = var.region
  network = google_compute_network.this.id
}

resource "google_compute_router_nat" "this" {
  name                               = "${var.name}-metabase"
  region                             = var.region
  router                             = google_compute_router.this.name
  nat_ip_allocate_option             = "AUTO_ONLY"
  source_subnetwork_ip_ranges_to_nat = "ALL_SUBNETWORKS_ALL_IP_RANGES"

  log_config {
    enable = true
    filter = "ERRORS_ONLY"
  }
}

resource "google_compute_firewall" "load_balancer_reaches_metabase" {
  name                    = "${var.name}-metabase-web"
  network                 = google_compute_network.this.id
  source_ranges           = local.load_balancers
  target_service_accounts = [var.account]

  allow {
    protocol = "tcp"
    ports    = ["3000"]
  }

  log_config {
    metadata = "EXCLUDE_ALL_METADATA"
  }
}

resource "google_compute_firewall" "proxy_reaches_shell" {
  name                    = "${var.name}-metabase-shell"
  network                 = google_compute_network.this.id
  source_ranges           = local.proxy
  target_service_accounts = [var.account]

  allow {
    protocol = "tcp"
    ports    = ["22"]
  }

  log_config {
    metadata = "INCLUDE_ALL_METADATA"
  }
}

# Google's default allows nothing more to come in; this says so, and logs who tries.
resource "google_compute_firewall" "nothing_else_comes_in" {
  name          = "${var.name}-metabase-nothing-else"
  network       = google_compute_network.this.id
  priority      = 65000
  source_ranges = ["0.0.0.0/0"]

  deny {
    protocol = "all"
  }

  log_config {
    metadata = "EXCLUDE_ALL_METADATA"
  }
}

# The settings of Metabase: who made which question. The machine can be thrown away, this disk cannot.
resource "google_compute_disk" "data" {
  name                           = "${var.name}-metabase-data"
  zone                           = var.zone
  type                           = "pd-balanced"
  size                           = 20
  create_snapshot_before_destroy = true
  labels                         = var.labels

  lifecycle {
    prevent_destroy = true
  }
}

resource "google_compute_resource_policy" "daily" {
  name   = "${var.name}-metabase-daily"
  region = var.region

  snapshot_schedule_policy {
    schedule {
      daily_schedule {
        days_in_cycle = 1
        start_time    = "09:00" # UTC: night in California; an hour after the machine's own dump
      }
    }
    retention_policy {
      max_retention_days    = 30
      on_source_disk_delete = "KEEP_AUTO_SNAPSHOTS"
    }
    snapshot_properties {
      storage_locations = ["us"]
      labels            = var.labels
    }
  }
}

resource "google_compute_disk_resource_policy_attachment" "daily" {
  name = google_compute_resource_policy.daily.name
  disk = google_compute_disk.data.name
  zone = var.zone
}

resource "google_compute_instance" "metabase" {
  name                      = "${var.name}-metabase"
  zone                      = var.zone
  machine_type              = var.machine_type
  deletion_protection       = true
  allow_stopping_for_update = true
  labels                    = var.labels

  boot_disk {
    initialize_params {
      image = var.boot_image
      size  = 20
    }
  }

  attached_disk {
    source      = google_compute_disk.data.id
    device_name = "metabase-data"
  }

  network_interface {
    subnetwork = google_compute_subnetwork.this.id
  }

  service_account {
    email  = var.account
    scopes = ["https://www.googleapis.com/auth/cloud-platform"] # what it may do, its roles say
  }

  shielded_instance_config {
    enable_secure_boot          = true
    enable_vtpm                 = true
    enable_integrity_monitoring = true
  }

  metadata = {
    enable-oslogin         = "TRUE"
    block-project-ssh-keys = "TRUE"
    startup-script         = file("${path.module}/start.sh")
    # Read by start.sh: files of this repository, and which images. No secret is here: the machine asks Secret Manager.
    compose           = file("${path.module}/../../../metabase/compose.yml")
    backup            = file("${path.module}/../../../metabase/backup.sh")
    restore           = file("${path.module}/../../../metabase/restore.sh")
    upgrade           = file("${path.module}/../../../metabase/upgrade.sh")
    metabase-image    = var.metabase_image
    postgres-image    = var.postgres_image
    site-url          = var.site_url
    backup-bucket     = google_storage_bucket.backups.name
    password-secret   = var.password_secret
    encryption-secret = var.encryption_secret
  }
}

# Dumps, each of which can be put back without the disk (metabase/restore.sh).
resource "google_storage_bucket" "backups" {
  name                        = "${var.project}-${var.name}-metabase-backups"
  location                    = var.region
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"
  force_destroy               = false
  labels                      = var.labels

  lifecycle_rule {
    action {
      type = "Delete"
    }
    condition {
      age = 90
    }
  }

  # A dump is written once; whoever takes the machine over cannot take the backups with it.
  retention_policy {
    retention_period = 604800
  }

  lifecycle {
    prevent_destroy = true
  }
}

resource "google_storage_bucket_iam_member" "machine_keeps_backups" {
  for_each = toset(["roles/storage.objectCreator", "roles/storage.objectViewer"])
  bucket   = google_storage_bucket.backups.name
  role     = each.key
  member   = var.member
}
