"""httpx: over HTTP/2 where the gateway speaks it."""
import gzip, json, os
import httpx

ENV = os.environ
URL, TLS, NAME, CUSTOMER = ENV["URL"], ENV["TLS_URL"], ENV["NAME"], ENV["CUSTOMER"]
ACCOUNT = {"email": f"{NAME}@example.com", "password": "correct horse battery"}
FILE = os.urandom(1_500_000)
BYTES = {"Content-Type": "application/octet-stream"}
seen = {}
api = httpx.Client(base_url=URL)
seen["registered"] = api.post("/v1/auth/register", json={"name": CUSTOMER, **ACCOUNT}).status_code
token = api.post("/v1/auth/login", json=ACCOUNT).json()
seen["login"] = token["tokenType"]
api.headers["Authorization"] = f"Bearer {token['accessToken']}"
seen["home"] = api.get("/v1/home").json()["user"]["name"]

ids, page, pages = [], 1, 2
while page <= pages:
    answer = api.get("/v1/products", params={"category": "books", "pageSize": 7, "page": page}).json()
    ids += [item["id"] for item in answer["items"]]
    page, pages = page + 1, answer["totalPages"]
seen["pages"] = len(ids) == len(set(ids)) == answer["total"]

tag = api.get("/v1/me").headers["ETag"]
seen["notModified"] = api.get("/v1/me", headers={"If-None-Match": tag}).status_code
order, key = {"lines": [{"productId": "p1", "quantity": 1}]}, {"Idempotency-Key": NAME}
placed = [api.post("/v1/orders", json=order, headers=key) for _ in range(2)]
seen["ordered"] = [one.status_code for one in placed] + [placed[0].json()["id"] == placed[1].json()["id"]]
change = lambda: api.patch("/v1/me", json={"name": "Zoë King"}, headers={"If-Match": tag}).status_code
seen["changed"] = [change(), change()]

failed = [
    api.get("/v1/products", params={"page": [1, 2]}),
    httpx.get(f"{URL}/v1/home"),
    api.get("/v1/orders/nothing"),
    api.post("/v1/orders", json={"lines": []}),
    [httpx.get(f"{ENV['LIMITED_URL']}/v1/products") for _ in range(2)][1],
]
seen["errors"] = [[one.status_code, one.json()["code"]] for one in failed]
seen["retryAfter"] = int(failed[4].headers["Retry-After"]) > 0
try:
    failed[2].raise_for_status()
except httpx.HTTPStatusError as error:
    seen["thrown"] = error.response.json()["code"]

seen["coding"] = api.get("/v1/products").headers.get("Content-Encoding")
head = api.head("/v1/products")
seen["head"] = [head.status_code, len(head.content)]
seen["options"] = api.options("/v1/products").headers["Allow"]
uploaded = api.post("/v1/uploads", content=FILE, headers=BYTES).json()
seen["uploaded"] = [uploaded["offset"], api.delete(f"/v1/uploads/{uploaded['id']}").status_code]
parts = (FILE[at : at + 100_000] for at in range(0, len(FILE), 100_000))
seen["chunked"] = api.post("/v1/uploads", content=parts, headers=BYTES).json()["offset"]
seen["form"] = api.post("/v1/uploads", files={"file": FILE}).json()["errors"][0]["field"]
coded = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
body = gzip.compress(json.dumps({"name": CUSTOMER}).encode())
seen["gzipped"] = api.patch("/v1/me", content=body, headers=coded).json()["name"]

seen["refused"] = httpx.post(f"{URL}/v1/uploads", content=bytes(20_000_000), headers=BYTES).status_code
browser = httpx.Client(base_url=TLS, verify=ENV["CA"], http2=True, headers={"X-CSRF": "1"})
login = browser.post("/bff/login", json=ACCOUNT)
seen["http"] = login.http_version
seen["cookie"] = browser.get("/v1/me").json()["email"] == ACCOUNT["email"]
seen["csrf"] = browser.get("/v1/me", headers={"X-CSRF": ""}).status_code
start = httpx.get(f"{URL}/", headers={"Accept": "text/html"}, follow_redirects=True)
seen["redirected"] = [start.status_code, start.url == f"{URL}/shop", "<h1" in start.text]

whole = httpx.get(ENV["FILE_URL"])
half = {"Range": f"bytes={len(whole.content) // 2}-", "If-Range": whole.headers["ETag"]}
rest = httpx.get(ENV["FILE_URL"], headers=half)
seen["resumed"] = [rest.status_code, whole.content.endswith(rest.content), 0 < len(rest.content) < len(whole.content)]
with httpx.stream("GET", f"{URL}/v1/events/clock", timeout=5) as stream:
    seen["event"] = next(line for line in stream.iter_lines() if line.startswith("event:")).strip()
text = "Größe & 100% + 1; #?/"
seen["query"] = api.get("/v1/products", params={"search": text}).json()["total"]
seen["proxied"] = httpx.get("http://shop.example/v1/products", proxies={"http://": URL}).status_code
counted = httpx.Client()
for _ in range(200):
    assert counted.get(f"{ENV['COUNTED_URL']}/livez").json() == {"status": "ok"}
print(json.dumps(seen))
