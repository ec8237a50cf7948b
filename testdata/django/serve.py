#!/usr/bin/python3
"""Serve the project over HTTP/1.1: a thread for each connection, bodies streamed in both directions.

What the standard library's WSGI server lacks for that is here: connections that stay open, chunked bodies in both
directions, and one line on stderr for each request that arrives, written before the request is answered.
"""

import argparse
import io
import os
import socketserver
import sys
from wsgiref.handlers import SimpleHandler
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

sys.dont_write_bytecode = True
os.environ["DJANGO_SETTINGS_MODULE"] = "wire.settings"

# How much of a body that the application leaves unread is read all the same, so that the connection stays open.
DRAINED = 1 << 20


class Body(io.RawIOBase):
    """The body of a request: as long as Content-Length says, chunked, or empty."""

    def __init__(self, stream, headers):
        self._stream = stream
        self._chunked = headers.get("Transfer-Encoding", "").lower() == "chunked"
        self._left = 0 if self._chunked else int(headers.get("Content-Length") or 0)
        self.ended = not self._chunked and self._left == 0

    def readable(self):
        return True

    def readinto(self, buffer):
        if self._chunked and self._left == 0 and not self.ended:
            self._next_chunk()
        if self.ended:
            return 0
        data = self._stream.read1(min(len(buffer), self._left))
        if not data:
            raise ConnectionResetError("the request ended before its body did")
        buffer[:len(data)] = data
        self._left -= len(data)
        if self._left == 0:
            self._end_of_piece()
        return len(data)

    def _next_chunk(self):
        self._left = int(self._stream.readline(1024).split(b";")[0], 16)
        if self._left == 0:
            while self._stream.readline(65536) not in (b"\r\n", b"\n", b""):
                pass
            self.ended = True

    def _end_of_piece(self):
        if self._chunked:
            self._stream.readline(1024)
        else:
            self.ended = True


class Answer(SimpleHandler):
    """Runs the application for one request and writes what it answers, chunked where it does not say how long it is."""

    http_version = "1.1"
    server_software = "plane"
    in_body = chunked = complete = False

    def cleanup_headers(self):
        super().cleanup_headers()
        bodiless = self.status[:3] in ("204", "304")
        self.chunked = "Content-Length" not in self.headers and not bodiless
        if self.chunked:
            self.headers["Transfer-Encoding"] = "chunked"

    def send_headers(self):
        super().send_headers()
        self.in_body = True

    def _write(self, data):
        if self.in_body:
            if not data or self.environ["REQUEST_METHOD"] == "HEAD":
                return
            if self.chunked:
                data = b"%x\r\n%b\r\n" % (len(data), data)
        self.stdout.write(data)

    def finish_content(self):
        super().finish_content()
        if self.chunked and self.environ["REQUEST_METHOD"] != "HEAD":
            self.stdout.write(b"0\r\n\r\n")
        self._flush()
        self.complete = True


class Connection(WSGIRequestHandler):
    """One connection, with one request after the other."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True

    def handle(self):
        self.close_connection = False
        try:
            while not self.close_connection:
                self.handle_one_request()
        except ConnectionError:
            pass

    def finish(self):
        try:
            super().finish()
        except ConnectionError:  # What was left to say, nobody waits for.
            pass

    def handle_one_request(self):
        self.raw_requestline = self.rfile.readline(65537)
        if not self.parse_request():
            self.close_connection = True
            return
        self.log_arrival()
        try:
            body = Body(self.rfile, self.headers)
        except ValueError:
            self.send_error(400, "Bad Content-Length")
            return
        environ = {**self.get_environ(), "plane.socket": self.connection}
        stream = io.BufferedReader(body)
        answer = Answer(stream, self.wfile, sys.stderr, environ, multithread=True)
        answer.run(self.server.get_app())
        if answer.complete and not body.ended:
            stream.read(DRAINED)
        if not (answer.complete and body.ended):
            self.close_connection = True

    def handle_expect_100(self):
        proceed = super().handle_expect_100()
        self.wfile.flush()
        return proceed

    def log_arrival(self):
        from plane.log import line

        sys.stderr.write(line(self.command, self.path, self.headers) + "\n")
        sys.stderr.flush()

    def log_message(self, *args):
        """Say nothing more: a request is logged when it arrives."""


class Server(socketserver.ThreadingMixIn, WSGIServer):
    """A thread for each connection. None of them keeps the process alive."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def server_bind(self):
        # HTTPServer would ask DNS for the name of the address.
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = self.server_address
        self.setup_environ()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000, help="0 picks a free one")
    args = parser.parse_args()

    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    from start import prepare

    prepare()
    from plane.wsgi import application

    with Server((args.host, args.port), Connection) as server:
        server.set_app(application)
        print("listening on %s:%d" % server.server_address, flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            pass


if __name__ == "__main__":
    main()
