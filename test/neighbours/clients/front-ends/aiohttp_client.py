"""aiohttp: one session, whose jar and pool all requests share."""
import asyncio, gzip, json, os, ssl
import aiohttp

ENV = os.environ
URL, TLS, NAME, CUSTOMER = ENV["URL"], ENV["TLS_URL"], ENV["NAME"], ENV["CUSTOMER"]
ACCOUNT = {"email": f"{NAME}@example.com", "password": "correct horse battery"}
FILE = os.urandom(1_500_000)
BYTES = {"Content-Type": "application/octet-stream"}


async def sent(session, method, path, **options):
    async with session.request(method, path, **options) as answer:
        text = await answer.read()
        return answer.status, answer.headers, json.loads(text) if text else None


async def parts():
    for at in range(0, len(FILE), 100_000):
        yield FILE[at : at + 100_000]


async def journey():
    seen = {}
    async with aiohttp.ClientSession(URL) as anyone:
        seen["registered"] = (await sent(anyone, "POST", "/v1/auth/register", json={"name": CUSTOMER, **ACCOUNT}))[0]
        token = (await sent(anyone, "POST", "/v1/auth/login", json=ACCOUNT))[2]
        failed = [await sent(anyone, "GET", "/v1/home")]
    seen["login"] = token["tokenType"]
    async with aiohttp.ClientSession(URL, headers={"Authorization": f"Bearer {token['accessToken']}"}) as api:
        seen["home"] = (await sent(api, "GET", "/v1/home"))[2]["user"]["name"]
        ids, page, pages = [], 1, 2
        while page <= pages:
            list_of = {"category": "books", "pageSize": 7, "page": page}
            answer = (await sent(api, "GET", "/v1/products", params=list_of))[2]
            ids += [item["id"] for item in answer["items"]]
            page, pages = page + 1, answer["totalPages"]
        seen["pages"] = len(ids) == len(set(ids)) == answer["total"]
        tag = (await sent(api, "GET", "/v1/me"))[1]["ETag"]
        seen["notModified"] = (await sent(api, "GET", "/v1/me", headers={"If-None-Match": tag}))[0]
        order, key = {"lines": [{"productId": "p1", "quantity": 1}]}, {"Idempotency-Key": NAME}
        placed = [await sent(api, "POST", "/v1/orders", json=order, headers=key) for _ in range(2)]
        seen["ordered"] = [placed[0][0], placed[1][0], placed[0][2]["id"] == placed[1][2]["id"]]
        new = {"json": {"name": "Zoë King"}, "headers": {"If-Match": tag}}
        seen["changed"] = [(await sent(api, "PATCH", "/v1/me", **new))[0] for _ in range(2)]
        failed.insert(0, await sent(api, "GET", "/v1/products", params=[("page", 1), ("page", 2)]))
        failed.append(await sent(api, "GET", "/v1/orders/nothing"))
        failed.append(await sent(api, "POST", "/v1/orders", json={"lines": []}))
        async with aiohttp.ClientSession(ENV["LIMITED_URL"]) as limited:
            failed.append([await sent(limited, "GET", "/v1/products") for _ in range(2)][1])
        seen["errors"] = [[status, problem["code"]] for status, _, problem in failed]
        seen["retryAfter"] = int(failed[4][1]["Retry-After"]) > 0
        seen["coding"] = (await sent(api, "GET", "/v1/products"))[1].get("Content-Encoding")
        async with api.head("/v1/products") as head:
            seen["head"] = [head.status, len(await head.read())]
        seen["options"] = (await sent(api, "OPTIONS", "/v1/products"))[1]["Allow"]
        uploaded = (await sent(api, "POST", "/v1/uploads", data=FILE, headers=BYTES))[2]
        seen["uploaded"] = [uploaded["offset"], (await sent(api, "DELETE", f"/v1/uploads/{uploaded['id']}"))[0]]
        seen["chunked"] = (await sent(api, "POST", "/v1/uploads", data=parts(), headers=BYTES))[2]["offset"]
        seen["form"] = (await sent(api, "POST", "/v1/uploads", data={"file": FILE}))[2]["errors"][0]["field"]
        coded = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
        body = gzip.compress(json.dumps({"name": CUSTOMER}).encode())
        seen["gzipped"] = (await sent(api, "PATCH", "/v1/me", data=body, headers=coded))[2]["name"]
        search = {"search": "Größe & 100% + 1; #?/"}
        seen["query"] = (await sent(api, "GET", "/v1/products", params=search))[2]["total"]
    tls = aiohttp.TCPConnector(ssl=ssl.create_default_context(cafile=ENV["CA"]))
    async with aiohttp.ClientSession(TLS, connector=tls) as browser:
        csrf = {"X-CSRF": "1"}
        await sent(browser, "POST", "/bff/login", json=ACCOUNT, headers=csrf)
        seen["cookie"] = (await sent(browser, "GET", "/v1/me", headers=csrf))[2]["email"] == ACCOUNT["email"]
        seen["csrf"] = (await sent(browser, "GET", "/v1/me"))[0]
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{URL}/", headers={"Accept": "text/html"}) as start:
            seen["redirected"] = [start.status, str(start.url) == f"{URL}/shop", "<h1" in await start.text()]
        unread = {"data": bytes(20_000_000), "headers": BYTES}
        seen["refused"] = (await sent(session, "POST", f"{URL}/v1/uploads", **unread))[0]
        async with session.get(ENV["FILE_URL"]) as answer:
            whole, tag = await answer.read(), answer.headers["ETag"]
        async with session.get(ENV["FILE_URL"], headers={"Range": f"bytes={len(whole) // 2}-", "If-Range": tag}) as half:
            rest = await half.read()
            seen["resumed"] = [half.status, whole.endswith(rest), 0 < len(rest) < len(whole)]
        async with session.get(f"{URL}/v1/events/clock") as stream:
            seen["event"] = [line async for line in first_event(stream.content)][0]
        async with session.get("http://shop.example/v1/products", proxy=URL) as proxied:
            seen["proxied"] = proxied.status
        for _ in range(200):
            assert (await sent(session, "GET", f"{ENV['COUNTED_URL']}/livez"))[2] == {"status": "ok"}
    print(json.dumps(seen))


async def first_event(lines):
    async for line in lines:
        if line.startswith(b"event:"):
            yield line.decode().strip()
            return


asyncio.run(journey())
