hosts = ["media.example.net", "img.example.net", "media.example.net"]
root  = null
any   = { team = "media", size = 3 }
tuple = ["on", "4"]
token = "s3cr3t-token"

origins = {
  video = {
    host = "video.example.net"
    port = "8443"
    limits = {
      attempts = "3"
    }
    headers = [{ name = "X-Origin-Token" }]
  }
  images = {
    host = "images.example.net"
    path = "/public"
    tls  = ["TLSv1.2", "TLSv1.1", "TLSv1.2"]
    headers = [
      { name = "X-Team", value = 7 },
      { name = "X-Cost-Center", value = null },
    ]
  }
}

routes = [
  { pattern = "/video/*", to = "video", methods = ["HEAD", "GET", "OPTIONS"] },
  { pattern = "/live/*", to = "video", compress = "false", https = null, policy = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad" },
]
