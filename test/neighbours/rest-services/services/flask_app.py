"""The users service on Flask, by its own server or under gunicorn."""

import sys

from flask import Flask, abort, request
from user import user

app = Flask(__name__)


@app.get("/readyz")
def ready():
    return {}


@app.get("/users")
def by_ids():
    ids = request.args["ids"].split(",")
    if "crash" in ids:
        raise RuntimeError("crash")
    return {"users": [user(id) for id in ids]}


@app.post("/users")
def register():
    if request.json["email"].startswith("taken"):
        abort(409)
    return user("u9", **request.json), 201


@app.patch("/users/<id>")
def change(id):
    return user(id, **request.json)


@app.delete("/users/<id>")
def delete(id):
    if id == "nobody":
        abort(404)
    return "", 204


if __name__ == "__main__":
    app.run(port=int(sys.argv[1]))
