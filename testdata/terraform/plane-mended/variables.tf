variable "environment" {
  description = "Name of the stage; part of every name."
  type        = string

  validation {
    condition     = contains(["dev", "staging", "prod"], var.environment)
    error_message = "environment is dev, staging or prod."
  }
}

variable "domain_name" {
  description = "Host that viewers use."
  type        = string
}

variable "https_only" {
  description = "Redirect viewers to HTTPS. The dev stage is also opened over plain HTTP."
  type        = bool
  default     = true
}

variable "vpc_id" {
  description = "VPC of the load balancer."
  type        = string
}

variable "public_subnet_ids" {
  description = "Subnets of the load balancer, in two zones or more."
  type        = list(string)
}

variable "api_port" {
  description = "Port on which Django listens in its task."
  type        = number
  default     = 8000
}

variable "api_read_timeout" {
  description = "Seconds that CloudFront waits for Django."
  type        = number
  default     = 30
}

variable "web_acl_arn" {
  description = "Web ACL of the distribution; null for none."
  type        = string
  default     = null
}
