"""aiohttp: the lines of a stream, which may be quiet for longer than its default timeout of 5 minutes in all."""
import asyncio, json, os
import aiohttp

TYPES = ("status", "shutdown", "end")
last = ""


def say(*what):
    print(json.dumps(what), flush=True)


async def read(session):
    """Reads a stream to its end. Returns whether another may follow."""
    global last
    headers = {"Authorization": f"Bearer {os.environ['TOKEN']}", "Accept": "text/event-stream", "Last-Event-ID": last}
    try:
        async with session.get(os.environ["URL"], headers=headers) as answer:
            if answer.status != 200:
                say("refused", answer.status)
                return answer.status == 503
            fields = {}
            async for line in answer.content:
                field, _, value = line.decode().rstrip("\n").partition(": ")
                if field == "id":
                    last = value
                if field:
                    fields[field] = value
                    continue
                if fields.get("event") in TYPES:
                    say(fields["event"], fields.get("id", ""))
                fields = {}
    except aiohttp.ClientError:
        pass
    return True


async def main():
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=None)) as session:
        while await read(session):
            await asyncio.sleep(0.5)
    say("stopped")


asyncio.run(main())
