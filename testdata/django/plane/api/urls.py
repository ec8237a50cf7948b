"""The routes under /api/."""

from django.urls import path

from . import views

urlpatterns = [
    path("health/", views.health),
    path("instances/", views.instances),
    path("instances/rename/", views.rename),
    path("me", views.me),
    path("request/", views.request_as_received),
    path("events", views.events),
    path("events/push", views.push),
    path("slow", views.slow),
    path("release", views.release),
    path("download", views.download),
    path("upload", views.upload),
]
