variable "domain" {
  type        = string
  description = "The name people type"
}

variable "stage" {
  type = string
}

variable "read_timeout" {
  type = number
}

variable "compress" {
  type = bool
}

variable "price_class" {
  type    = string
  default = "PriceClass_100"
}

variable "certificate_arn" {}

variable "headers" {
  type        = map(string)
  description = "Headers for the API"
}

variable "needed_by_nothing" {
  type = string
}
