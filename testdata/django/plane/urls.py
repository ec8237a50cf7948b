"""What the application serves: /api/ and /auth/. /live/ is in plane.live.routing."""

from django.contrib import admin
from django.http import JsonResponse
from django.urls import include, path

urlpatterns = [
    path("api/admin/", admin.site.urls),
    path("api/", include("plane.api.urls")),
    path("auth/", include("plane.authentication.urls")),
]


def handler404(request, exception):
    """An API speaks JSON, also of what it does not have."""
    return JsonResponse({"error": "not found", "path": request.path}, status=404)
