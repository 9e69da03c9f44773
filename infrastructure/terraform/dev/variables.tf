variable "project" {
  description = "Project id."
  type        = string
}

variable "image" {
  description = "The image, by digest."
  type        = string

  validation {
    condition     = can(regex("@sha256:[0-9a-f]{64}$", var.image))
    error_message = "Name the image by digest: …@sha256:… A tag may mean another image tomorrow."
  }
}

variable "sources" {
  description = "Settings of sources that are no secrets: SHEETS_SPREADSHEET_ID, TASK_EVENTS_URL, CLAUDE_AI_EXPORT_DIR, …"
  type        = map(string)
}

variable "sign_in" {
  description = "OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_GROUPS."
  type        = map(string)
  default     = {}
}

variable "first_key_change" {
  description = "When keys are first to be changed, as 2027-03-01T17:00:00Z."
  type        = string
}

variable "public_url" {
  description = "Scheme and host by which browsers know the service."
  type        = string
}

variable "callers" {
  description = "Who may reach the service at all, as group:everybody@acme.example."
  type        = set(string)
}

variable "analysts" {
  description = "Groups that read the marts with SQL."
  type        = set(string)
  default     = []
}

variable "metrics_readers" {
  description = "Groups that read the development metrics with SQL."
  type        = set(string)
  default     = []
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

variable "repository" {
  description = "The repository on GitHub, as acme/ai-usage-analytics."
  type        = string
}
