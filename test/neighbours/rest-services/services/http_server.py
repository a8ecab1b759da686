"""The users service on Python's http.server: HTTP/1.0, each answer ends with its connection and has no length."""

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from user import user


class Users(BaseHTTPRequestHandler):
    def answer(self, status, body):
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def do_GET(self):
        url = urlsplit(self.path)
        if url.path == "/readyz":
            return self.answer(200, {})
        if url.path != "/users":
            return self.send_error(404)
        ids = parse_qs(url.query).get("ids", [""])[0].split(",")
        if "crash" in ids:
            return self.send_error(500)
        self.answer(200, {"users": [user(id) for id in ids]})

    def do_POST(self):
        given = self.body()
        if given["email"].startswith("taken"):
            return self.send_error(409)
        self.answer(201, user("u9", **given))

    def do_PATCH(self):
        self.answer(200, user(self.path.split("/")[-1], **self.body()))

    def do_DELETE(self):
        if self.path.endswith("/nobody"):
            return self.send_error(404)
        self.send_response(204)
        self.end_headers()

    def body(self):
        return json.loads(self.rfile.read(int(self.headers["Content-Length"])))

    def log_message(self, *_):
        pass


ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Users).serve_forever()
