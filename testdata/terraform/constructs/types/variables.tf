variable "hosts" {
  type        = set(string)
  description = "Duplicates vanish."
}

variable "root" {
  type     = string
  default  = "index.html"
  nullable = false
}

variable "any" {
  type = any
}

variable "tuple" {
  type = tuple([string, number])
}

variable "countries" {
  type    = list(string)
  default = null
}

variable "origins" {
  type = map(object({
    host = string
    path = optional(string, "")
    port = optional(number)
    tls  = optional(set(string), ["TLSv1.2"])
    limits = optional(object({
      attempts = optional(number, 2)
      timeout  = optional(number, 8)
    }), {})
    headers = optional(list(object({
      name  = string
      value = optional(string, "media")
    })), [])
  }))

  validation {
    condition     = alltrue([for o in values(var.origins) : !startswith(o.host, "http")])
    error_message = "A host has no scheme."
  }

  validation {
    condition     = length(var.origins) > 5
    error_message = "There are fewer than six origins: ${join(", ", keys(var.origins))}."
  }
}

variable "routes" {
  type = list(object({
    pattern  = string
    to       = string
    https    = optional(string, "redirect-to-https")
    methods  = optional(list(string), ["GET", "HEAD"])
    compress = optional(bool, true)
    policy   = optional(string, "658327ea-f89d-4fab-a63d-7e88639e58f6")
  }))
  default = []
}

variable "token" {
  type      = string
  sensitive = true
}

variable "session" {
  type      = string
  ephemeral = true
  default   = "none"
}

# As Terraform 0.11 wrote types.
variable "legacy_text" {
  type    = string
  default = "old"
}

variable "legacy_list" {
  type    = list(string)
  default = []
}

variable "legacy_map" {
  type    = map(string)
  default = {}
}

variable "bare_list" {
  type    = list(any)
  default = []
}

variable "bare_map" {
  type    = map(any)
  default = {}
}
