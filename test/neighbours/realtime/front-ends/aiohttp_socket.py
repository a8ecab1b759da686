"""aiohttp as a client of graphql-transport-ws. It answers pings, and hears pongs, only while it receives."""
import asyncio, json, os
import aiohttp

URL = os.environ["URL"].replace("http", "ws") + "/graphql"


def say(*what):
    print(json.dumps(what), flush=True)


async def closed(session, **options):
    async with session.ws_connect(URL, **options) as socket:
        await socket.receive()
        say("closed", socket.close_code)


async def main():
    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {os.environ['TOKEN']}"}) as session:
        await closed(session)
        await closed(session, protocols=["graphql-ws"])
        options = {"protocols": ["graphql-ws", "graphql-transport-ws"], "compress": 15, "heartbeat": 0.5}
        async with session.ws_connect(URL, **options) as socket:
            say("opened", socket.protocol, socket.compress)
            await socket.send_json({"type": "connection_init"})
            say((await socket.receive_json())["type"])
            await socket.send_bytes(b'{"type":"ping"}')
            say((await socket.receive_json())["type"])
            query = 'subscription { orderStatus(id: "%s") { status } }' % os.environ["ORDER"]
            await socket.send_json({"type": "subscribe", "id": "1", "payload": {"query": query}})
            say((await socket.receive_json())["payload"]["data"]["orderStatus"]["status"])
            say("ready")
            while (message := await socket.receive()).type == aiohttp.WSMsgType.TEXT:
                pass
            say("closed", message.data, message.extra)


asyncio.run(main())
