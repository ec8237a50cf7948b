"""The origin of edgecase capture: python3 origin.py PORT ANSWERS.JSON

Answers each request with the text that the last word of its path names in ANSWERS.JSON, or else with "echo", and closes
the connection. In a text

    LF          stands for CRLF
    {received}  stands for the request as it arrived
    {length}    stands for the number of bytes behind the first empty line
    {x*N}       stands for N times the letter x
    {silence}   ends it: nothing more is sent, until the other side closes or a minute is over

To HEAD nothing is sent behind the first empty line.
"""

import json
import re
import socketserver
import sys

LIMIT = 1 << 16  # of a request, in bytes
MINUTE = 60


def complete(request):
    """Whether a request has arrived whole, or cannot be one: TLS is not spoken here."""
    if request.startswith(b"\x16"):
        return True
    head, found, body = request.partition(b"\r\n\r\n")
    if not found:
        return False
    if re.search(rb"\r\ntransfer-encoding:[^\r\n]*chunked", head, re.I):
        return body.endswith(b"0\r\n\r\n")
    length = re.search(rb"\r\ncontent-length:[ \t]*([0-9]{1,9})", head, re.I)
    return len(body) >= (int(length[1]) if length else 0)


def answer(request, answers):
    """The bytes of the answer to a request, and whether silence follows."""
    method, _, rest = request.partition(b" ")
    path = rest.partition(b" ")[0].partition(b"?")[0]
    name = path.rpartition(b"/")[2].decode("latin-1")
    text = answers.get(name, answers["echo"]).replace("\n", "\r\n")
    text = re.sub(r"\{x\*([0-9]{1,5})\}", lambda m: "x" * int(m[1]), text)
    text, silence, _ = text.partition("{silence}")
    data = text.encode("latin-1").replace(b"{received}", request)
    head, empty, body = data.partition(b"\r\n\r\n")
    head = head.replace(b"{length}", str(len(body)).encode())
    return head + empty + (b"" if method == b"HEAD" else body), bool(silence)


class Connection(socketserver.StreamRequestHandler):
    timeout = MINUTE

    def handle(self):
        request = b""
        while not complete(request):
            piece = self.request.recv(LIMIT)
            if not piece or len(request) > LIMIT:
                return
            request += piece
        data, silent = answer(request, self.server.answers)
        self.request.sendall(data)
        if silent:
            self.request.recv(1)


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 64


if __name__ == "__main__":
    with open(sys.argv[2]) as f, Server(("", int(sys.argv[1])), Connection) as server:
        server.answers = json.load(f)
        server.serve_forever()
