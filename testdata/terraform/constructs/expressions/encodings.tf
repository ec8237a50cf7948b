locals {
  encodings = [
    "/json/${jsondecode("{\"a\": [1, {\"b\": null}], \"c\": \"x\"}").a[0]}/*",
    "/yaml/${yamldecode("routes:\n  - path: /x\n    open: yes\n").routes[0].open}/*",
    "/csv/${csvdecode("path,to\n/a,web\n/b,api\n")[1].to}/*",
    "/base64/${base64encode("edge")}${base64decode("Y2FzZQ==")}/*",
    "/hash/${substr(sha256("x"), 0, 8)}${md5("x")}/*",
    "/url/${urlencode("a b/c")}/*",
    "/uuid/${uuidv5("dns", "example.com")}/*",
    "/time/${formatdate("YYYY-MM-DD", timeadd("2024-02-28T23:00:00Z", "25h"))}/*",
    "/cidr/${cidrhost("10.0.0.0/8", 5)}${cidrsubnet("10.0.0.0/8", 8, 2)}/*",
    # Impure functions stand still for as long as the program runs.
    "/clock/${timestamp() == timestamp()}${length(uuid())}/*",
  ]
}
