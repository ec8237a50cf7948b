locals {
  # Declared before what it needs.
  name  = "${local.team}-${local.stage}"
  stage = local.is_production ? "prod" : "dev"
  team  = "lab"
}

locals {
  is_production = contains(["production", "prod"], lower("PROD"))
  absent        = null
  empty         = ""

  conditions = compact([
    "/name/${local.name}/*",
    # Only the chosen side is evaluated.
    local.absent == null ? "/null/yes/*" : "/null/${local.absent.field}/*",
    "/unified/${length(false ? ["a"] : [])}/*",
    "/and/${local.is_production && !(local.empty != "")}/*",
    "/arithmetic/${7 % 4 + 2 * 3 - 10 / 4}/*",
    "/compare/${5 >= 5 && "a" != "b"}/*",
    "/try/${try(local.absent.field, local.nothing[9], "third")}/*",
    "/can/${can(local.nothing[0])}/*",
    "/coalesce/${coalesce(local.absent, local.empty, "set")}/*",
    "/lookup/${lookup({ a = 1 }, "a", 2)}${lookup({ a = 1 }, "b", "two")}/*",
    "/bool-text/${tobool("true") ? "t" : "f"}/*",
    local.empty,
  ])

  nothing = []
}
