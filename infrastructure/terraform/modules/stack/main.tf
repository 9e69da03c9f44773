# Everything, once. `dev` and `prod` call this and say only what differs between them.

locals {
  labels = { application = "ai-usage-analytics", environment = var.environment }

  # docs/configuration.md explains each; what is a secret stands below.
  environment = {
    ENV_FILE          = "" # none: all settings are here
    ENVIRONMENT       = var.environment
    WAREHOUSE         = "bigquery"
    BIGQUERY_PROJECT  = var.project
    BIGQUERY_LOCATION = var.bigquery_location
    DATASET_PREFIX    = var.dataset_prefix
    DATA_ORIGIN       = "vendors" # never invented data, even when every key is missing
    STATE_URL         = module.storage.buckets["state"]
    PUBLISH_URL       = module.storage.buckets["published"]
    # What a container has of both while it runs; its disk is memory.
    STATE_DIR    = "/tmp/state"
    PUBLISH_DIR  = "/tmp/published"
    PUBLISH_KEEP = "2"
    DUCKDB_PATH  = "/tmp/state/warehouse.duckdb" # only for the name of what is noted beside it
  }

  pipeline_environment = merge(local.environment, {
    PIPELINES_DIR   = "/tmp/dlt"
    DBT_TARGET_PATH = "/tmp/target"
    DBT_LOG_PATH    = "/tmp/logs"
  }, var.sources)

  service_environment = merge(local.environment, {
    API_HOST                 = "0.0.0.0"
    API_PORT                 = "8000"
    API_PUBLIC_URL           = var.public_url
    API_CONNECTIONS_PER_PEER = "4096" # the load balancer is one peer
    FOCUS_DIR                = "/tmp/focus"
  }, var.sign_in)

  pipeline_secrets = toset([
    for variable, secret in var.secrets : variable if contains(secret.readers, "pipeline")
  ])
  service_secrets = toset([
    for variable, secret in var.secrets : variable if contains(secret.readers, "service")
  ])
}

# The APIs that are used. They stay on when this is destroyed: others in the project may need them.
resource "google_project_service" "api" {
  for_each = toset([
    "artifactregistry.googleapis.com",
    "bigquery.googleapis.com",
    "billingbudgets.googleapis.com",
    "cloudscheduler.googleapis.com",
    "compute.googleapis.com",
    "iam.googleapis.com",
    "iamcredentials.googleapis.com",
    "logging.googleapis.com",
    "monitoring.googleapis.com",
    "pubsub.googleapis.com",
    "run.googleapis.com",
    "secretmanager.googleapis.com",
    "sts.googleapis.com",
  ])
  service            = each.key
  disable_on_destroy = false
}

data "google_project" "this" {
  project_id = var.project
}

module "access" {
  source  = "../access"
  project = var.project
  name    = var.name
  duties = {
    pipeline  = "Extract, build and publish"
    service   = "API and boards"
    scheduler = "Start the pipeline"
    delivery  = "Push images and deploy them"
    metabase  = "Run Metabase and read the marts"
  }
  depends_on = [google_project_service.api]
}

module "warehouse" {
  source          = "../warehouse"
  prefix          = var.dataset_prefix
  location        = var.bigquery_location
  labels          = local.labels
  pipeline        = module.access.members["pipeline"]
  metabase        = module.access.members["metabase"]
  analysts        = var.analysts
  metrics_readers = var.metrics_readers
}

module "secrets" {
  source  = "../secrets"
  project = var.project
  name    = var.name
  labels  = local.labels
  secrets = var.secrets
  members = module.access.members
}

module "storage" {
  source     = "../storage"
  project    = var.project
  name       = var.name
  location   = var.region
  labels     = local.labels
  members    = module.access.members
  delivering = var.delivering
  recording  = var.recording
}

module "registry" {
  source   = "../registry"
  name     = var.name
  region   = var.region
  labels   = local.labels
  delivery = module.access.members["delivery"]
}

module "pipeline" {
  source          = "../pipeline"
  name            = var.name
  region          = var.region
  labels          = local.labels
  image           = var.image
  account         = module.access.emails["pipeline"]
  scheduler       = module.access.members["scheduler"]
  scheduler_email = module.access.emails["scheduler"]
  environment     = local.pipeline_environment
  secrets         = { for variable in local.pipeline_secrets : variable => module.secrets.ids[variable] }
  schedules       = var.schedules
  paused          = var.paused
}

module "service" {
  source        = "../service"
  name          = var.name
  region        = var.region
  labels        = local.labels
  image         = var.image
  account       = module.access.emails["service"]
  environment   = local.service_environment
  secrets       = { for variable in local.service_secrets : variable => module.secrets.ids[variable] }
  callers       = var.callers
  min_instances = var.min_instances
}

module "monitoring" {
  source          = "../monitoring"
  name            = var.name
  mail            = var.alert_mail
  docs            = var.docs_url
  service         = module.service.name
  watched_job     = module.pipeline.jobs["hourly"]
  overdue_hours   = 3
  readers_of_keys = toset([for duty in ["pipeline", "service", "metabase"] : module.access.emails[duty]])
}

module "metabase" {
  source            = "../metabase"
  project           = var.project
  name              = var.name
  region            = var.region
  zone              = var.metabase.zone
  labels            = local.labels
  machine_type      = var.metabase.machine_type
  boot_image        = var.metabase.boot_image
  metabase_image    = var.metabase.image
  postgres_image    = var.metabase.postgres_image
  site_url          = var.metabase.site_url
  account           = module.access.emails["metabase"]
  member            = module.access.members["metabase"]
  password_secret   = module.secrets.ids["METABASE_POSTGRES_PASSWORD"]
  encryption_secret = module.secrets.ids["METABASE_ENCRYPTION_KEY"]
}

module "budget" {
  source          = "../budget"
  name            = var.name
  billing_account = var.billing_account
  project_number  = data.google_project.this.number
  usd_per_month   = var.usd_per_month
  channels        = module.monitoring.channels
}

module "delivery" {
  source       = "../delivery"
  name         = var.name
  region       = var.region
  repository   = var.repository
  environment  = var.environment
  account      = module.access.members["delivery"]
  account_name = module.access.names["delivery"]
  runs_as      = { for duty in ["pipeline", "service"] : duty => module.access.names[duty] }
  jobs         = module.pipeline.jobs
  service      = module.service.name
}
