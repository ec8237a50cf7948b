"""What the tests of streaming ask for, before what the application serves."""

from django.urls import include, path

from plane.urls import handler404  # noqa: F401

from . import views

urlpatterns = [
    path("api/events", views.events),
    path("api/events/push", views.push),
    path("api/slow", views.slow),
    path("api/release", views.release),
    path("api/upload", views.upload),
    path("", include("plane.urls")),
]
