"""The routes under /auth/."""

from django.urls import path

from . import views

urlpatterns = [
    path("email-check/", views.email_check),
    path("get-csrf-token/", views.csrf_token),
    path("sign-up/", views.sign_up),
    path("sign-in/", views.sign_in),
    path("sign-out/", views.sign_out),
]
