"""The views under /api/."""

import json

from django.contrib.auth.models import User
from django.http import HttpResponseBadRequest, JsonResponse, StreamingHttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from .models import Attachment

INSTANCE = {"name": "Plane", "version": "1.0.0", "is_setup_done": True, "is_signup_enabled": True}

# 64 KiB that /api/download repeats.
BLOCK = bytes(range(256)) * 256


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def instances(request):
    """The instance; a POST says what would change in it."""
    if request.method != "POST":
        return JsonResponse(INSTANCE)
    try:
        change = json.loads(request.body)
    except ValueError:
        change = None
    if not isinstance(change, dict):
        return JsonResponse({"error": "a JSON object is expected"}, status=400)
    return JsonResponse({**INSTANCE, **change}, status=201)


@require_POST
def rename(request):
    """Give the instance another name, for as long as the process lives; only staff may."""
    if not request.user.is_staff:
        return JsonResponse({"error": "only staff may rename the instance"}, status=403)
    INSTANCE["name"] = request.POST.get("name", "").strip()[:60] or INSTANCE["name"]
    return JsonResponse(INSTANCE)


@require_safe
def health(request):
    """For the load balancer: Django answers, and so does its database."""
    User.objects.exists()
    return JsonResponse({"status": "ok"})


@require_safe
def me(request):
    """Who has signed in: an API's 404 when nobody has."""
    if request.user.is_authenticated:
        return JsonResponse({"email": request.user.get_username()})
    return JsonResponse({"error": "nobody has signed in"}, status=404)


@require_safe
def attachments(request):
    """The last files that anybody has sent; only staff may see them."""
    if not request.user.is_staff:
        return JsonResponse({"error": "only staff may see the files"}, status=403)
    latest = Attachment.objects.select_related("owner")[:100]
    return JsonResponse({"attachments": [
        {"name": a.name, "owner": a.owner.get_username(), "size": a.size, "sha256": a.sha256} for a in latest
    ]})


@csrf_exempt
def request_as_received(request):
    """What Django sees of a request after CloudFront has forwarded it."""
    return JsonResponse({
        "method": request.method,
        "path": request.get_full_path(),
        "host": request.get_host(),
        "secure": request.is_secure(),
        "headers": dict(request.headers),
    })


@require_safe
def download(request):
    """As many bytes as ?bytes= says, as a stream; with ?chunked=1 nobody is told how many."""
    try:
        size = int(request.GET.get("bytes", ""))
    except ValueError:
        size = -1
    if size < 0:
        return HttpResponseBadRequest("bytes=N is missing\n")
    response = StreamingHttpResponse(_blocks(size), content_type="application/octet-stream")
    if request.GET.get("chunked") != "1":
        response["Content-Length"] = size
    return response


def _blocks(size):
    while size > 0:
        yield BLOCK[:size]
        size -= len(BLOCK)
