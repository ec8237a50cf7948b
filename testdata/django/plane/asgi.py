"""The ASGI application, for Daphne: HTTP by Django, WebSockets and server-sent events by Channels."""

import os

from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.core.asgi import get_asgi_application
from django.urls import re_path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "plane.settings")

django = get_asgi_application()  # before anything that uses models is imported

from plane.live import routing  # noqa: E402
from plane.log import Arrivals  # noqa: E402

application = Arrivals(ProtocolTypeRouter({
    "http": URLRouter([*routing.http, re_path("", django)]),
    "websocket": AllowedHostsOriginValidator(AuthMiddlewareStack(URLRouter(routing.websocket))),
}))
