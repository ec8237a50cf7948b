"""One line on stderr for each request that arrives, written before anything answers it."""

import json
import logging

from django.utils.datastructures import CaseInsensitiveMapping

ARRIVALS = logging.getLogger("plane.arrivals")

# The headers that the log shows, where a request has them.
SHOWN = [
    "Host", "Content-Type", "Content-Length", "Transfer-Encoding", "Origin", "Referer", "Cookie", "X-CSRFToken",
    "Authorization", "User-Agent", "Via", "X-Amz-Cf-Id", "X-Forwarded-For", "CloudFront-Forwarded-Proto",
    "CloudFront-Viewer-Address",
]


def line(method, target, headers):
    """A request as the log shows it."""
    shown = [f"{name}={json.dumps(headers[name])}" for name in SHOWN if name in headers]
    return " ".join([method, target, *shown])


class Arrivals:
    """Logs what reaches an ASGI application, but for the load balancer's question whether it is well."""

    def __init__(self, application):
        self.application = application

    async def __call__(self, scope, receive, send):
        if scope["type"] in ("http", "websocket") and scope["path"] != "/api/health/":
            ARRIVALS.info(self.line(scope))
        await self.application(scope, receive, send)

    @staticmethod
    def line(scope):
        headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]]
        target = scope["path"]
        if scope["query_string"]:
            target += "?" + scope["query_string"].decode("latin-1")
        return line(scope.get("method", "GET"), target, CaseInsensitiveMapping(headers))
