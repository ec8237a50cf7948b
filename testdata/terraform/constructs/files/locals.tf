locals {
  shop_host = "origin.${var.zone}"
  aliases   = ["shop.${var.zone}", "www.${var.zone}"]
}

locals {
  shop_origin = "replaced"
}
