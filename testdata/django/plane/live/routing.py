"""What Channels serves."""

from django.urls import path

from . import consumers

http = [path("live/events/", consumers.Events.as_asgi())]
websocket = [path("live/rooms/<slug:room>/", consumers.Room.as_asgi())]
