variable "project" {
  description = "Project id. One project for each environment: rights of one are none in the other."
  type        = string
}

variable "environment" {
  description = "ENVIRONMENT, and GitHub's environment that approves deployments: staging or production."
  type        = string

  validation {
    condition     = contains(["staging", "production"], var.environment)
    error_message = "The environment is staging or production."
  }
}

variable "name" {
  description = "What all names begin with."
  type        = string
  default     = "ai-usage"
}

variable "region" {
  description = "Where jobs, service, images and buckets are."
  type        = string
  default     = "us-central1"
}

variable "bigquery_location" {
  description = "BIGQUERY_LOCATION. It cannot be changed afterwards."
  type        = string
  default     = "US"
}

variable "dataset_prefix" {
  description = "DATASET_PREFIX: what every dataset's name begins with."
  type        = string
  default     = "ai_usage_"
}

variable "image" {
  description = "The image, by digest (docs/deployment.md)."
  type        = string

  validation {
    condition     = can(regex("@sha256:[0-9a-f]{64}$", var.image))
    error_message = "Name the image by digest: …@sha256:… A tag may mean another image tomorrow."
  }
}

variable "sources" {
  description = "Settings of sources that are no secrets: SHEETS_SPREADSHEET_ID, TASK_EVENTS_URL, CLAUDE_AI_EXPORT_DIR, SOURCES, …"
  type        = map(string)
}

variable "sign_in" {
  description = "Settings of the service's single sign-on that are no secrets: OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_GROUPS."
  type        = map(string)
  default     = {}
}

variable "secrets" {
  description = "By environment variable: the duties that read it, how often it is to be changed, and when first."
  type = map(object({
    readers            = set(string)
    rotation_period    = optional(string)
    next_rotation_time = optional(string)
  }))
}

variable "schedules" {
  description = "When a job starts, what differs in its settings, and how large it is."
  type = map(object({
    description = string
    cron        = string
    time_zone   = string
    timeout     = string
    cpu         = string
    memory      = string
    scratch     = string
    environment = map(string)
  }))
}

variable "paused" {
  description = "Whether nothing starts by itself."
  type        = bool
  default     = false
}

variable "public_url" {
  description = "API_PUBLIC_URL: scheme and host by which browsers know the service."
  type        = string
}

variable "callers" {
  description = "Who may reach the service at all, as group:everybody@acme.example."
  type        = set(string)
}

variable "min_instances" {
  description = "Instances of the service that always run."
  type        = number
}

variable "analysts" {
  description = "Groups that read the marts with SQL."
  type        = set(string)
}

variable "metrics_readers" {
  description = "Groups that read the development metrics with SQL."
  type        = set(string)
}

variable "delivering" {
  description = "Who puts files into the deliveries."
  type        = set(string)
  default     = []
}

variable "recording" {
  description = "Whose workflows record events of deployments and tests."
  type        = set(string)
  default     = []
}

variable "metabase" {
  description = "Metabase's machine and images, each of them one and no family."
  type = object({
    zone           = string
    machine_type   = string
    boot_image     = string
    image          = string
    postgres_image = string
    site_url       = string
  })
}

variable "alert_mail" {
  description = "Addresses that are told when something is wrong."
  type        = set(string)
}

variable "docs_url" {
  description = "Where the pages of docs/ can be read."
  type        = string
}

variable "billing_account" {
  description = "The billing account, as 000000-000000-000000."
  type        = string
}

variable "usd_per_month" {
  description = "What the cloud may cost in a month before somebody is told."
  type        = number
}

variable "repository" {
  description = "The repository on GitHub, as acme/ai-usage-analytics."
  type        = string
}
