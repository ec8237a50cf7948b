"""Views that answer when they are told to, and read a body as it comes. They need the connection itself: serve.py has it."""

import hashlib

from django.http import JsonResponse, StreamingHttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from .streams import Gate, pieces

EVENTS = Gate()
ANSWERS = Gate()


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


@csrf_exempt
@require_POST
def upload(request):
    """The size of what was sent and its SHA-256, read as it comes."""
    size, digest = 0, hashlib.sha256()
    for piece in pieces(request):
        size += len(piece)
        digest.update(piece)
    return JsonResponse({"size": size, "sha256": digest.hexdigest()})
