variable "name" {
  description = "What all names begin with."
  type        = string
}

variable "region" {
  description = "Where the repository lies."
  type        = string
}

variable "labels" {
  description = "Labels of the repository."
  type        = map(string)
}

variable "delivery" {
  description = "The account that pushes images."
  type        = string
}
