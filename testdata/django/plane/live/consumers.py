"""The live side under /live/: rooms over WebSocket, and the time as server-sent events."""

import asyncio
import datetime

from channels.generic.http import AsyncHttpConsumer
from channels.generic.websocket import AsyncJsonWebsocketConsumer


class Room(AsyncJsonWebsocketConsumer):
    """A room: who comes, goes and says something, everybody in it hears."""

    async def connect(self):
        user = self.scope["user"]
        self.name = user.get_username() if user.is_authenticated else "somebody"
        self.room = "room-" + self.scope["url_route"]["kwargs"]["room"]
        await self.accept()
        await self.send_json({"type": "welcome", "you": self.name})
        await self.tell({"type": "came", "by": self.name})
        await self.channel_layer.group_add(self.room, self.channel_name)

    async def disconnect(self, code):
        await self.channel_layer.group_discard(self.room, self.channel_name)
        await self.tell({"type": "left", "by": self.name})

    async def receive_json(self, content, **kwargs):
        text = str(content.get("text", ""))[:500] if isinstance(content, dict) else ""
        await self.tell({"type": "said", "by": self.name, "text": text})

    async def tell(self, event):
        """Say something to everybody in the room."""
        await self.channel_layer.group_send(self.room, event)

    async def said(self, event):
        await self.send_json(event)

    came = left = said


class Events(AsyncHttpConsumer):
    """Server-sent events: the server's time, at once and then every second, until the viewer leaves."""

    async def handle(self, body):
        await self.send_headers(headers=[
            (b"Content-Type", b"text/event-stream"),
            (b"Cache-Control", b"no-cache"),
        ])
        self.ticking = asyncio.ensure_future(self.tick())

    async def tick(self):
        number = 0
        while True:
            number += 1
            now = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds")
            await self.send_body(f"id: {number}\nevent: time\ndata: {now}\n\n".encode(), more_body=True)
            await asyncio.sleep(1)

    async def http_request(self, message):
        # The base class would end the connection once handle returns.
        if not message.get("more_body"):
            await self.handle(b"")

    async def disconnect(self):
        self.ticking.cancel()
