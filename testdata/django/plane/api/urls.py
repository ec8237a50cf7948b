"""The routes under /api/."""

from django.urls import path

from . import views

urlpatterns = [
    path("health/", views.health),
    path("instances/", views.instances),
    path("instances/rename/", views.rename),
    path("me", views.me),
    path("attachments/", views.attachments),
    path("request/", views.request_as_received),
    path("download", views.download),
]
