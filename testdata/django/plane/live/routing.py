"""What Channels serves."""

from django.urls import path, re_path

from . import consumers

http = [path("live/events/", consumers.Events.as_asgi())]
websocket = [re_path(r"^live/rooms/(?P<room>[\w-]{1,50})/$", consumers.Room.as_asgi())]
