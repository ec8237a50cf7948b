"""The views under /auth/. Accounts live as long as the process."""

import json

from django.contrib.auth.hashers import check_password, make_password
from django.http import HttpResponseRedirect, JsonResponse
from django.middleware.csrf import get_token
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from plane.streams import pieces

ACCOUNTS = {}


@csrf_exempt
@require_POST
def email_check(request):
    """The first step of the sign-in form: is there an account? Without a body there is none."""
    body = b"".join(pieces(request))
    try:
        email = json.loads(body)["email"].strip().lower() if body else ""
    except (ValueError, TypeError, KeyError, AttributeError):
        return JsonResponse({"error": "a JSON object with an email is expected"}, status=400)
    return JsonResponse({"existing": email in ACCOUNTS})


@require_safe
def csrf_token(request):
    """The token that the forms send back, and its cookie."""
    return JsonResponse({"csrf_token": get_token(request)})


@require_POST
def sign_up(request):
    """Make an account out of the form, and sign in."""
    email = request.POST.get("email", "").strip().lower()
    if not email or email in ACCOUNTS:
        return HttpResponseRedirect("/?error=sign-up")
    ACCOUNTS[email] = make_password(request.POST.get("password", ""))
    request.session["email"] = email
    return HttpResponseRedirect("/")


@require_POST
def sign_in(request):
    """Sign in with the form."""
    email = request.POST.get("email", "").strip().lower()
    if not check_password(request.POST.get("password", ""), ACCOUNTS.get(email)):
        return HttpResponseRedirect("/?error=sign-in")
    request.session["email"] = email
    return HttpResponseRedirect("/")


@require_POST
def sign_out(request):
    """Forget who has signed in."""
    request.session.flush()
    return HttpResponseRedirect("/")
