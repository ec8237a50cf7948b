"""The routes under /auth/."""

from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path

from . import views

urlpatterns = [
    path("email-check/", views.email_check),
    path("get-csrf-token/", views.csrf_token),
    path("sign-up/", views.SignUp.as_view(), name="sign-up"),
    path("sign-in/", LoginView.as_view(), name="sign-in"),
    path("sign-out/", LogoutView.as_view(), name="sign-out"),
    path("account/", views.account, name="account"),
]
