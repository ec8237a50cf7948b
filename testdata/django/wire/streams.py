"""Reading bodies and waiting, for views that stream."""

import contextlib
import select
import socket
import threading


def pieces(request, size=64 * 1024):
    """Yield the body of a request as it arrives.

    Django takes a body without Content-Length for an empty one; the server's own stream knows where it ends.
    """
    chunked = request.META.get("HTTP_TRANSFER_ENCODING", "").lower() == "chunked"
    stream = request.environ["wsgi.input"] if chunked else request
    while piece := stream.read(size):
        yield piece


class Gate:
    """Holds views back until somebody opens it, or until the one they answer has left."""

    def __init__(self):
        self._lock = threading.Lock()
        self._bells = set()

    def open(self):
        """Let everybody who stands in line through once, and return how many that are."""
        with self._lock:
            for bell in self._bells:
                bell.send(b"1")
            return len(self._bells)

    @contextlib.contextmanager
    def line(self, request):
        """Stand in line. It gives a function that waits: True once the gate opens, False if the client has left."""
        ours, theirs = socket.socketpair()
        with self._lock:
            self._bells.add(theirs)
        try:
            yield lambda: self._wait(ours, request.environ["plane.socket"])
        finally:
            with self._lock:
                self._bells.remove(theirs)
            ours.close()
            theirs.close()

    @staticmethod
    def _wait(bell, client):
        ready, _, _ = select.select([bell, client], [], [])
        if bell in ready:
            return bool(bell.recv(1))
        return False
