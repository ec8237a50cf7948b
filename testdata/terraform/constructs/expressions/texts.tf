locals {
  hosts = ["a.example.com", "b.example.com"]

  banner = <<-EOT
    Lab of ${local.team}:
    %{for i, h in local.hosts~}
    ${i}=${h}${i < length(local.hosts) - 1 ? "," : ""}
    %{endfor~}
    %{if local.is_production}production%{else}a test%{endif}
  EOT

  heredoc = <<PATH
/heredoc/kept
PATH

  texts = [
    "${trimspace(local.heredoc)}/*",
    "/directive/%{for h in local.hosts}${split(".", h)[0]}%{endfor}/*",
    "/trim/%{if true~}   yes   %{~endif}/*",
    "/only/${"${local.team}"}/*",
    "/escape/$${x}%%{y}/*",
    "/replace/${replace("a1b22", "/[0-9]+/", "_")}${replace("a.b", ".", "-")}/*",
    "/regex/${regex("^(?P<host>[^.]+)\\.", "www.example.com")["host"]}/*",
    "/regexall/${length(regexall("[a-z]+", "ab 12 cd"))}/*",
    "/format/${format("%03d-%s-%q-%v", 7, "x", "y", true)}/*",
    "/formatlist/${join("+", formatlist("%s:%d", ["a", "b"], 80))}/*",
    "/case/${upper("a")}${title("hello you")}/*",
    "/prefix/${trimprefix("https://api.example.com/v1/", "https://")}*",
    "/split/${split("/", "https://api.example.com/v1")[2]}/*",
    "/substr/${substr("production", 0, 4)}${substr("production", -3, -1)}/*",
    "/strings/${startswith("abc", "a")}${endswith("abc", "b")}${strcontains("abc", "b")}/*",
    "/template/${templatestring(local.greeting, { who = "world" })}/*",
    "/number/${1000000}${0.5}${1.0}/*",
  ]

  greeting = "hi-$${who}"
}
