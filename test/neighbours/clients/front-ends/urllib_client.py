"""urllib, as Python has it: a new connection for each request."""
import gzip, http.client, http.cookiejar, json, os, ssl
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, HTTPSHandler, ProxyHandler, Request, build_opener, urlopen

ENV = os.environ
URL, TLS, NAME, CUSTOMER = ENV["URL"], ENV["TLS_URL"], ENV["NAME"], ENV["CUSTOMER"]
ACCOUNT = {"email": f"{NAME}@example.com", "password": "correct horse battery"}
FILE = os.urandom(1_500_000)
JSON, BYTES = {"Content-Type": "application/json"}, {"Content-Type": "application/octet-stream"}
seen, own = {}, {}


def sent(method, url, body=None, headers={}, opened=urlopen):
    data = json.dumps(body).encode() if isinstance(body, dict) else body
    kind = JSON if isinstance(body, dict) else {}
    try:
        answer = opened(Request(url, data, {**kind, **own, **headers}, method=method))
    except HTTPError as error:
        answer = error
    text = answer.read()
    return answer.status, answer.headers, json.loads(text) if text[:1] in b"{" and text else text


seen["registered"] = sent("POST", f"{URL}/v1/auth/register", {"name": CUSTOMER, **ACCOUNT})[0]
token = sent("POST", f"{URL}/v1/auth/login", ACCOUNT)[2]
seen["login"] = token["tokenType"]
failed = [sent("GET", f"{URL}/v1/home")]
own["Authorization"] = f"Bearer {token['accessToken']}"
seen["home"] = sent("GET", f"{URL}/v1/home")[2]["user"]["name"]
ids, page, pages = [], 1, 2
while page <= pages:
    answer = sent("GET", f"{URL}/v1/products?{urlencode({'category': 'books', 'pageSize': 7, 'page': page})}")[2]
    ids += [item["id"] for item in answer["items"]]
    page, pages = page + 1, answer["totalPages"]
seen["pages"] = len(ids) == len(set(ids)) == answer["total"]
tag = sent("GET", f"{URL}/v1/me")[1]["ETag"]
seen["notModified"] = sent("GET", f"{URL}/v1/me", headers={"If-None-Match": tag})[0]
order = {"lines": [{"productId": "p1", "quantity": 1}]}
placed = [sent("POST", f"{URL}/v1/orders", order, {"Idempotency-Key": NAME}) for _ in range(2)]
seen["ordered"] = [placed[0][0], placed[1][0], placed[0][2]["id"] == placed[1][2]["id"]]
seen["changed"] = [sent("PATCH", f"{URL}/v1/me", {"name": "Zoë King"}, {"If-Match": tag})[0] for _ in range(2)]
failed.insert(0, sent("GET", f"{URL}/v1/products?{urlencode({'page': [1, 2]}, doseq=True)}"))
failed.append(sent("GET", f"{URL}/v1/orders/nothing"))
failed.append(sent("POST", f"{URL}/v1/orders", {"lines": []}))
token, own = own, {}
failed.append([sent("GET", f"{ENV['LIMITED_URL']}/v1/products") for _ in range(2)][1])
seen["errors"] = [[status, problem["code"]] for status, _, problem in failed]
own = token
seen["retryAfter"] = int(failed[4][1]["Retry-After"]) > 0
try:
    urlopen(Request(f"{URL}/v1/orders/nothing", headers=own))
except HTTPError as error:
    seen["thrown"] = json.load(error)["code"]

seen["coding"] = sent("GET", f"{URL}/v1/products")[1]["Content-Encoding"]
status, _, text = sent("HEAD", f"{URL}/v1/products")
seen["head"] = [status, len(text)]
seen["options"] = sent("OPTIONS", f"{URL}/v1/products")[1]["Allow"]
uploaded = sent("POST", f"{URL}/v1/uploads", FILE, BYTES)[2]
seen["uploaded"] = [uploaded["offset"], sent("DELETE", f"{URL}/v1/uploads/{uploaded['id']}")[0]]
parts = (FILE[at : at + 100_000] for at in range(0, len(FILE), 100_000))
seen["chunked"] = sent("POST", f"{URL}/v1/uploads", parts, BYTES)[2]["offset"]
# Without a type, urllib names that of forms.
seen["form"] = sent("POST", f"{URL}/v1/uploads", FILE)[2]["errors"][0]["field"]
body = gzip.compress(json.dumps({"name": CUSTOMER}).encode())
seen["gzipped"] = sent("PATCH", f"{URL}/v1/me", body, {**JSON, "Content-Encoding": "gzip"})[2]["name"]

own.clear()
# More than the kernels take of a body that nobody reads.
seen["refused"] = sent("POST", f"{URL}/v1/uploads", bytes(20_000_000), BYTES)[0]
trusted = HTTPSHandler(context=ssl.create_default_context(cafile=ENV["CA"]))
browser = build_opener(HTTPCookieProcessor(http.cookiejar.CookieJar()), trusted).open
sent("POST", f"{TLS}/bff/login", ACCOUNT, {"X-CSRF": "1"}, browser)
seen["cookie"] = sent("GET", f"{TLS}/v1/me", headers={"X-CSRF": "1"}, opened=browser)[2]["email"] == ACCOUNT["email"]
seen["csrf"] = sent("GET", f"{TLS}/v1/me", opened=browser)[0]
start = urlopen(Request(f"{URL}/", headers={"Accept": "text/html"}))
seen["redirected"] = [start.status, start.url == f"{URL}/shop", b"<h1" in start.read()]
_, headers, whole = sent("GET", ENV["FILE_URL"])
half = {"Range": f"bytes={len(whole) // 2}-", "If-Range": headers["ETag"]}
status, _, rest = sent("GET", ENV["FILE_URL"], headers=half)
seen["resumed"] = [status, whole.endswith(rest), 0 < len(rest) < len(whole)]
with urlopen(f"{URL}/v1/events/clock", timeout=5) as stream:
    seen["event"] = next(line for line in stream if line.startswith(b"event:")).decode().strip()
search = urlencode({"search": "Größe & 100% + 1; #?/"})
seen["query"] = sent("GET", f"{URL}/v1/products?{search}")[2]["total"]
through = build_opener(ProxyHandler({"http": URL})).open
seen["proxied"] = sent("GET", "http://shop.example/v1/products", opened=through)[0]
# Its module below keeps a connection.
kept = http.client.HTTPConnection(ENV["COUNTED_URL"].removeprefix("http://"))
for _ in range(200):
    kept.request("GET", "/livez")
    assert json.load(kept.getresponse()) == {"status": "ok"}
print(json.dumps(seen))
