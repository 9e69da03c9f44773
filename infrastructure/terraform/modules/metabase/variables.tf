variable "project" {
  description = "Project id."
  type        = string
}

variable "name" {
  description = "What all names begin with."
  type        = string
}

variable "region" {
  description = "Where network and backups lie."
  type        = string
}

variable "zone" {
  description = "Where machine and disk are."
  type        = string
}

variable "labels" {
  description = "Labels of everything."
  type        = map(string)
}

variable "machine_type" {
  description = "Metabase wants two cores and four gigabytes."
  type        = string
}

variable "boot_image" {
  description = "Debian, as one image and not as a family: debian-cloud/debian-13-trixie-v20…"
  type        = string

  validation {
    condition     = can(regex("-v[0-9]{8}$", var.boot_image))
    error_message = "Name one image with its date, not a family, which means another image tomorrow."
  }
}

variable "metabase_image" {
  description = "Metabase's image, by digest."
  type        = string

  validation {
    condition     = can(regex("@sha256:[0-9a-f]{64}$", var.metabase_image))
    error_message = "Name the image by digest: …@sha256:… A tag may mean another image tomorrow."
  }
}

variable "postgres_image" {
  description = "PostgreSQL's image, by digest."
  type        = string

  validation {
    condition     = can(regex("@sha256:[0-9a-f]{64}$", var.postgres_image))
    error_message = "Name the image by digest: …@sha256:… A tag may mean another image tomorrow."
  }
}

variable "site_url" {
  description = "The address that people know Metabase by."
  type        = string
}

variable "account" {
  description = "The address of the account that the machine runs as."
  type        = string
}

variable "member" {
  description = "The same, as IAM names it."
  type        = string
}

variable "password_secret" {
  description = "The secret with PostgreSQL's password."
  type        = string
}

variable "encryption_secret" {
  description = "The secret with the key that Metabase encrypts stored connections with."
  type        = string
}
