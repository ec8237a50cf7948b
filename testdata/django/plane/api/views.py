"""The views under /api/."""

import hashlib
import json

from django.contrib.auth.models import User
from django.http import HttpResponseBadRequest, JsonResponse, StreamingHttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from plane.streams import Gate, pieces

INSTANCE = {"name": "Plane", "version": "1.0.0", "is_setup_done": True, "is_signup_enabled": True}

EVENTS = Gate()
ANSWERS = Gate()

# 64 KiB that /api/download repeats.
BLOCK = bytes(range(256)) * 256


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def instances(request):
    """The instance; a POST says what would change in it."""
    if request.method != "POST":
        return JsonResponse(INSTANCE)
    try:
        change = json.loads(b"".join(pieces(request)))
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
def events(request):
    """Server-sent events: one at once, one more whenever /api/events/push is called."""
    return StreamingHttpResponse(
        _events(request),
        content_type="text/event-stream",
        headers={"Cache-Control": "no-cache"},
    )


def _events(request):
    with EVENTS.line(request) as wait:
        number = 1
        yield f"id: {number}\ndata: event {number}\n\n"
        while wait():
            number += 1
            yield f"id: {number}\ndata: event {number}\n\n"


@csrf_exempt
def push(request):
    """Send everybody who listens the next event."""
    return JsonResponse({"listeners": EVENTS.open()})


@csrf_exempt
def slow(request):
    """Answer once /api/release is called, and not before."""
    for _ in pieces(request):  # what is unread would look like a client who says goodbye
        pass
    with ANSWERS.line(request) as wait:
        return JsonResponse({"released": wait()})


@csrf_exempt
def release(request):
    """Let the slow answers go."""
    return JsonResponse({"waiting": ANSWERS.open()})


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


@csrf_exempt
@require_POST
def upload(request):
    """The size of what was sent and its SHA-256, read as it comes."""
    size, digest = 0, hashlib.sha256()
    for piece in pieces(request):
        size += len(piece)
        digest.update(piece)
    return JsonResponse({"size": size, "sha256": digest.hexdigest()})
