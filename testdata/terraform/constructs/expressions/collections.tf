locals {
  services = {
    web = { port = 80, paths = ["/", "/about"], public = true }
    api = { port = 8080, paths = ["/v1", "/v2"], public = true }
    db  = { port = 5432, paths = [], public = false }
  }

  collections = [
    "/keys/${join(",", keys(local.services))}/*",
    "/for-if/${join(",", [for name, s in local.services : name if s.public])}/*",
    "/grouped/${join(",", { for name, s in local.services : s.public ? "public" : "private" => name... }["public"])}/*",
    "/flatten/${join(",", flatten([for name, s in local.services : [for p in s.paths : "${name}${p}"]]))}/*",
    "/merge/${join(",", values(merge({ a = 1, b = 2 }, null, { b = 3 })))}/*",
    "/distinct/${join("", distinct(["b", "a", "b"]))}${join("", toset(["b", "a", "b"]))}/*",
    "/element/${element(["a", "b", "c"], 4)}/*",
    "/slice/${join("", slice(["a", "b", "c", "d"], 1, 3))}/*",
    "/zip/${jsonencode(zipmap(["x", "y"], [1, "two"])) == "{\"x\":1,\"y\":\"two\"}"}/*",
    "/product/${length(setproduct(["a", "b"], [1, 2, 3]))}/*",
    "/range/${join("", range(1, 10, 3))}/*",
    "/chunk/${length(chunklist([1, 2, 3], 2))}/*",
    "/one/${coalesce(one([]), "none")}${one(["only"])}/*",
    "/index/${index(["a", "b"], "b")}/*",
    "/sort/${join("", sort(["b", "10", "9"]))}${join("", reverse([1, 2]))}/*",
    "/sum/${sum([1, 2.5])}${max(1, 3)}${min([4, 2]...)}/*",
    "/all/${alltrue([true, "true"])}${anytrue([])}/*",
    "/transpose/${join("", transpose({ a = ["1", "2"], b = ["1"] })["1"])}/*",
    "/matchkeys/${join("", matchkeys(["x", "y"], ["1", "2"], ["2"]))}/*",
  ]
}
