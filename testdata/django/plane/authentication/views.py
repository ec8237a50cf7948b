"""The views under /auth/."""

import json

from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.http import JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.generic import CreateView

from plane.api.models import Attachment

from .forms import AttachmentForm, SignUpForm


@csrf_exempt
@require_POST
def email_check(request):
    """The first step of the sign-in form: is there an account? Without a body there is none."""
    try:
        email = json.loads(request.body)["email"].strip().lower() if request.body else ""
    except (ValueError, TypeError, KeyError, AttributeError):
        return JsonResponse({"error": "a JSON object with an email is expected"}, status=400)
    return JsonResponse({"existing": User.objects.filter(username=email).exists()})


@require_safe
def csrf_token(request):
    """The token that the forms send back, and its cookie."""
    return JsonResponse({"csrf_token": get_token(request)})


class SignUp(CreateView):
    """Make an account out of the form, and sign in."""

    form_class = SignUpForm
    template_name = "registration/sign_up.html"
    success_url = reverse_lazy("account")

    def get_initial(self):
        return {"email": self.request.GET.get("email", "")}

    def form_valid(self, form):
        answer = super().form_valid(form)
        login(self.request, self.object)
        return answer


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def account(request):
    """Who has signed in, and the files they have sent; a POST takes in another one."""
    form = AttachmentForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        Attachment.of(request.user, form.cleaned_data["file"])
        return redirect("account")
    attachments = Attachment.objects.filter(owner=request.user)
    return render(request, "registration/account.html", {"form": form, "attachments": attachments})
