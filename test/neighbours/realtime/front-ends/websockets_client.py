"""websockets as a client of graphql-transport-ws, with messages in fragments."""
import asyncio, json, os
import websockets

URL = os.environ["URL"].replace("http", "ws") + "/graphql"
PROTOCOL = {"subprotocols": ["graphql-transport-ws"]}


def say(*what):
    print(json.dumps(what), flush=True)


def init(token):
    return json.dumps({"type": "connection_init", "payload": {"Authorization": f"Bearer {token}"}})


async def closed(*messages):
    async with websockets.connect(URL, **PROTOCOL) as socket:
        for message in messages:
            await socket.send(message)
        try:
            while True:
                await socket.recv()
        except websockets.ConnectionClosed as error:
            say("closed", error.rcvd.code)


async def main():
    await closed(init(os.environ["EXPIRED"]))
    await closed("nonsense")
    await closed(b"\xff\xfe")
    await closed(json.dumps({"type": "subscribe", "id": "1", "payload": {"query": "{ me { name } }"}}))
    await closed(init(os.environ["TOKEN"]), init(os.environ["TOKEN"]))
    await closed("x" * 70_000)
    try:
        await websockets.connect(URL, origin="https://elsewhere.example", **PROTOCOL)
    except websockets.InvalidStatusCode as error:
        say("refused", error.status_code)
    async with websockets.connect(URL, ping_interval=0.3, ping_timeout=2, **PROTOCOL) as socket:
        say("extensions", len(socket.extensions))
        text = init(os.environ["TOKEN"])
        await socket.send([text[:10], text[10:20], text[20:]])
        say(json.loads(await socket.recv())["type"])
        await (await socket.ping(b"x" * 125))
        say("pong")
        say("ready")
        try:
            await socket.recv()
        except websockets.ConnectionClosed as error:
            say("closed", error.rcvd.code, error.rcvd.reason)


asyncio.run(main())
