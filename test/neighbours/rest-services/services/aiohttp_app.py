"""The users service on aiohttp."""

import sys

from aiohttp import web
from user import user

routes = web.RouteTableDef()


@routes.get("/readyz")
async def ready(_):
    return web.json_response({})


@routes.get("/users")
async def by_ids(request):
    ids = request.query["ids"].split(",")
    if "crash" in ids:
        raise RuntimeError("crash")
    return web.json_response({"users": [user(id) for id in ids]})


@routes.post("/users")
async def register(request):
    given = await request.json()
    if given["email"].startswith("taken"):
        raise web.HTTPConflict()
    return web.json_response(user("u9", **given), status=201)


@routes.patch("/users/{id}")
async def change(request):
    return web.json_response(user(request.match_info["id"], **await request.json()))


@routes.delete("/users/{id}")
async def delete(request):
    if request.match_info["id"] == "nobody":
        raise web.HTTPNotFound()
    return web.Response(status=204)


app = web.Application()
app.add_routes(routes)
web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), print=None)
