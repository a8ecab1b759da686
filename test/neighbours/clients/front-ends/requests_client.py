"""requests: a session with its own jar and connections."""
import gzip, json, os
import requests

ENV = os.environ
URL, TLS, NAME = ENV["URL"], ENV["TLS_URL"], ENV["NAME"]
ACCOUNT = {"email": f"{NAME}@example.com", "password": "correct horse battery"}
FILE = os.urandom(1_500_000)
BYTES = {"Content-Type": "application/octet-stream"}
seen = {}
api = requests.Session()
seen["registered"] = api.post(f"{URL}/v1/auth/register", json={"name": ENV["CUSTOMER"], **ACCOUNT}).status_code
token = api.post(f"{URL}/v1/auth/login", json=ACCOUNT).json()
seen["login"] = token["tokenType"]
api.headers["Authorization"] = f"Bearer {token['accessToken']}"
seen["home"] = api.get(f"{URL}/v1/home").json()["user"]["name"]

ids, page, pages = [], 1, 2
while page <= pages:
    answer = api.get(f"{URL}/v1/products", params={"category": "books", "pageSize": 7, "page": page}).json()
    ids += [item["id"] for item in answer["items"]]
    page, pages = page + 1, answer["totalPages"]
seen["pages"] = len(ids) == len(set(ids)) == answer["total"]

tag = api.get(f"{URL}/v1/me").headers["ETag"]
seen["notModified"] = api.get(f"{URL}/v1/me", headers={"If-None-Match": tag}).status_code
order, key = {"lines": [{"productId": "p1", "quantity": 1}]}, {"Idempotency-Key": NAME}
placed = [api.post(f"{URL}/v1/orders", json=order, headers=key) for _ in range(2)]
seen["ordered"] = [one.status_code for one in placed] + [placed[0].json()["id"] == placed[1].json()["id"]]
change = lambda: api.patch(f"{URL}/v1/me", json={"name": "Zoë King"}, headers={"If-Match": tag}).status_code
seen["changed"] = [change(), change()]

failed = [
    api.get(f"{URL}/v1/products", params={"page": [1, 2]}),
    requests.get(f"{URL}/v1/home"),
    api.get(f"{URL}/v1/orders/nothing"),
    api.post(f"{URL}/v1/orders", json={"lines": []}),
    [requests.get(f"{ENV['LIMITED_URL']}/v1/products") for _ in range(2)][1],
]
seen["errors"] = [[one.status_code, one.json()["code"]] for one in failed]
seen["retryAfter"] = int(failed[4].headers["Retry-After"]) > 0
try:
    failed[2].raise_for_status()
except requests.HTTPError as error:
    seen["thrown"] = error.response.json()["code"]

seen["coding"] = api.get(f"{URL}/v1/products").headers.get("Content-Encoding")
head = api.head(f"{URL}/v1/products")
seen["head"] = [head.status_code, len(head.content)]
seen["options"] = api.options(f"{URL}/v1/products").headers["Allow"]
uploaded = api.post(f"{URL}/v1/uploads", data=FILE, headers=BYTES).json()
seen["uploaded"] = [uploaded["offset"], api.delete(f"{URL}/v1/uploads/{uploaded['id']}").status_code]
parts = (FILE[at : at + 100_000] for at in range(0, len(FILE), 100_000))
seen["chunked"] = api.post(f"{URL}/v1/uploads", data=parts, headers=BYTES).json()["offset"]
seen["form"] = api.post(f"{URL}/v1/uploads", files={"file": FILE}).json()["errors"][0]["field"]
coded = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
seen["gzipped"] = api.patch(f"{URL}/v1/me", data=gzip.compress(json.dumps({"name": ENV["CUSTOMER"]}).encode()), headers=coded).json()["name"]

seen["refused"] = requests.post(f"{URL}/v1/uploads", data=bytes(20_000_000), headers=BYTES).status_code
browser = requests.Session()
browser.verify, browser.headers["X-CSRF"] = ENV["CA"], "1"
browser.post(f"{TLS}/bff/login", json=ACCOUNT).raise_for_status()
seen["cookie"] = browser.get(f"{TLS}/v1/me").json()["email"] == ACCOUNT["email"]
seen["csrf"] = browser.get(f"{TLS}/v1/me", headers={"X-CSRF": None}).status_code
start = requests.get(f"{URL}/", headers={"Accept": "text/html"})
seen["redirected"] = [start.status_code, start.url == f"{URL}/shop", "<h1" in start.text]

whole = requests.get(ENV["FILE_URL"])
half = {"Range": f"bytes={len(whole.content) // 2}-", "If-Range": whole.headers["ETag"]}
rest = requests.get(ENV["FILE_URL"], headers=half)
seen["resumed"] = [rest.status_code, whole.content.endswith(rest.content), 0 < len(rest.content) < len(whole.content)]
with requests.get(f"{URL}/v1/events/clock", stream=True, timeout=5) as stream:
    seen["event"] = next(line for line in stream.iter_lines(decode_unicode=True) if line.startswith("event:"))
text = "Größe & 100% + 1; #?/"
seen["query"] = api.get(f"{URL}/v1/products", params={"search": text}).json()["total"]
seen["proxied"] = requests.get("http://shop.example/v1/products", proxies={"http": URL}).status_code
counted = requests.Session()
for _ in range(200):
    assert counted.get(f"{ENV['COUNTED_URL']}/livez").json() == {"status": "ok"}
print(json.dumps(seen))
