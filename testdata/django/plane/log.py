"""One line on stderr for each request that reaches Django, written when it arrives."""

import json
import logging

ARRIVALS = logging.getLogger("plane.arrivals")

# The headers that the log shows, where a request has them.
SHOWN = [
    "Host", "Content-Type", "Content-Length", "Transfer-Encoding", "Origin", "Referer", "Cookie", "X-CSRFToken",
    "Authorization", "User-Agent", "Via", "X-Amz-Cf-Id", "X-Forwarded-For", "CloudFront-Forwarded-Proto",
    "CloudFront-Viewer-Address",
]


def line(method, path, headers):
    """A request as the log shows it."""
    shown = [f"{name}={json.dumps(headers[name])}" for name in SHOWN if name in headers]
    return " ".join([method, path, *shown])


def arrived(scope):
    """Log what Channels serves without Django's middleware."""
    headers = {name.decode("latin-1").title(): value.decode("latin-1") for name, value in scope["headers"]}
    query = "?" + scope["query_string"].decode("latin-1") if scope["query_string"] else ""
    ARRIVALS.info(line(scope.get("method", "GET"), scope["path"] + query, headers))


class Arrivals:
    """Log requests, but for those that ask whether Django is there."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.path != "/api/health/" and "plane.socket" not in getattr(request, "environ", {}):
            ARRIVALS.info(line(request.method, request.get_full_path(), request.headers))
        return self.get_response(request)
