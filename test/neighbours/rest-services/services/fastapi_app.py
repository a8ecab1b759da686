"""The users service on FastAPI, under uvicorn."""

import sys

import uvicorn
from fastapi import FastAPI, HTTPException
from user import user

app = FastAPI()


@app.get("/readyz")
def ready():
    return {}


@app.get("/users")
def by_ids(ids: str):
    if ids == "crash":
        raise RuntimeError("crash")
    return {"users": [user(id) for id in ids.split(",")]}


@app.post("/users", status_code=201)
def register(given: dict):
    if given["email"].startswith("taken"):
        raise HTTPException(409)
    return user("u9", **given)


@app.patch("/users/{id}")
def change(id: str, given: dict):
    return user(id, **given)


@app.delete("/users/{id}", status_code=204)
def delete(id: str):
    if id == "nobody":
        raise HTTPException(404)


uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="critical")
