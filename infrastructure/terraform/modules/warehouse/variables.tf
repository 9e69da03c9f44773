variable "prefix" {
  description = "DATASET_PREFIX: what every dataset's name begins with."
  type        = string
}

variable "location" {
  description = "BIGQUERY_LOCATION. It cannot be changed afterwards."
  type        = string
}

variable "labels" {
  description = "Labels of every dataset."
  type        = map(string)
}

variable "pipeline" {
  description = "The account that loads and builds."
  type        = string
}

variable "metabase" {
  description = "The account that Metabase reads with."
  type        = string
}

variable "analysts" {
  description = "Groups that read the marts with SQL, as group:analysts@acme.example. Marts hold figures of persons."
  type        = set(string)
}

variable "metrics_readers" {
  description = "Groups that read the development metrics, as group:engineers@acme.example."
  type        = set(string)
}
