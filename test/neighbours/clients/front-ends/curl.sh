# curl: a command a request, as in documents and scripts.
set -eu
ACCOUNT="{\"email\":\"$NAME@example.com\",\"password\":\"correct horse battery\"}"
head -c 1500000 /dev/urandom > big
see() { printf '%s"%s":%s' "${comma-}" "$1" "$2"; comma=,; }
status() { curl -s -o body -D head -w '%{http_code}' "$@"; }
member() { sed -n "s/.*\"$1\":\"\{0,1\}\([^\",}]*\).*/\1/p" body; }
header() { tr -d '\r' < head | sed -n "s/^$1: //Ip" | tail -1; }
fails() { printf '%s[%s,"%s"]' "${errors-[}" "$(status "$@")" "$(member code)"; }

printf '{'
see registered "$(status --json "{\"name\":\"$CUSTOMER\",${ACCOUNT#\{}" "$URL/v1/auth/register")"
status --json "$ACCOUNT" "$URL/v1/auth/login" > /dev/null
see login "\"$(member tokenType)\""
OWN="Authorization: Bearer $(member accessToken)"
status -H "$OWN" "$URL/v1/home" > /dev/null
see home "\"$(sed 's/.*"user":{"id":"[^"]*","name":"\([^"]*\).*/\1/' body)\""
page=1 pages=1
while [ $page -le $pages ]; do
  status -G -d category=books -d pageSize=7 -d page=$page "$URL/v1/products" > /dev/null
  pages=$(member totalPages) page=$((page + 1))
  grep -o '{"id":"[^"]*"' body >> ids
done
see pages "$([ "$(sort -u ids | wc -l)" = "$(member total)" ] && echo true || echo false)"
status -H "$OWN" --etag-save tag "$URL/v1/me" > /dev/null
see notModified "$(status -H "$OWN" --etag-compare tag "$URL/v1/me")"
order() { status -H "$OWN" -H "Idempotency-Key: $NAME" --json '{"lines":[{"productId":"p1","quantity":1}]}' "$URL/v1/orders"; }
first=$(order) && cp body first && again=$(order)
see ordered "[$first,$again,$(cmp -s body first && echo true || echo false)]"
change() { status -H "$OWN" -H "If-Match: $(cat tag)" -X PATCH --json '{"name":"Z"}' "$URL/v1/me"; }
see changed "[$(change),$(change)]"
status "$LIMITED_URL/v1/products" > /dev/null
see errors "$(fails "$URL/v1/products?page=1&page=2"; errors=,; fails "$URL/v1/home"; fails -H "$OWN" "$URL/v1/orders/nothing"
  fails -H "$OWN" --json '{"lines":[]}' "$URL/v1/orders"; fails "$LIMITED_URL/v1/products")]"
status "$LIMITED_URL/v1/products" > /dev/null
see retryAfter "$([ "$(header Retry-After)" -gt 0 ] && echo true)"
# The body of what fails, and the exit code 22.
curl -s --fail-with-body -H "$OWN" "$URL/v1/orders/nothing" > body || [ $? = 22 ]
see thrown "\"$(member code)\""
status --compressed "$URL/v1/products" > /dev/null
see coding "\"$(header Content-Encoding)\""
see head "[$(status -I "$URL/v1/products"),$(curl -sI "$URL/v1/products" -o /dev/null -w '%{size_download}')]"
status -X OPTIONS "$URL/v1/products" > /dev/null
see options "\"$(header Allow)\""
# curl says `Expect: 100-continue` by itself, above 1 MB.
status -H "$OWN" -H 'Content-Type: application/octet-stream' --data-binary @big "$URL/v1/uploads" > /dev/null
offset=$(member offset)
see uploaded "[$offset,$(status -H "$OWN" -X DELETE "$URL/v1/uploads/$(member id)")]"
status -H "$OWN" -X POST -T - "$URL/v1/uploads" < big > /dev/null
see chunked "$(member offset)"
status -H "$OWN" -F file=@big "$URL/v1/uploads" > /dev/null
see form "\"$(member field)\""
see refused "$(head -c 20000000 /dev/zero | status -H 'Content-Type: application/octet-stream' --data-binary @- "$URL/v1/uploads")"
printf '{"name":"%s"}' "$CUSTOMER" | gzip > name.gz
status -H "$OWN" -X PATCH -H 'Content-Encoding: gzip' -H 'Content-Type: application/json' --data-binary @name.gz "$URL/v1/me" > /dev/null
see gzipped "\"$(member name)\""
status -c jar --cacert "$CA" -H 'X-CSRF: 1' --json "$ACCOUNT" "$TLS_URL/bff/login" > /dev/null
see http "\"$(curl -s -o body -b jar --cacert "$CA" -H 'X-CSRF: 1' -w '%{http_version}' "$TLS_URL/v1/me")\""
see cookie "$([ "$(member email)" = "$NAME@example.com" ] && echo true)"
see csrf "$(status -b jar --cacert "$CA" "$TLS_URL/v1/me")"
start=$(curl -sL -o body -w '%{http_code} %{url_effective}' -H 'Accept: text/html' "$URL/")
see redirected "[${start%% *},$([ "${start#* }" = "$URL/shop" ] && echo true),$(grep -q '<h1' body && echo true)]"
curl -s -o whole "$FILE_URL" && head -c 1000 whole > part
resumed=$(curl -s -C - -o part -w '%{http_code}' "$FILE_URL")
see resumed "[$resumed,$(cmp -s part whole && echo true),true]"
see event "\"$(curl -sN "$URL/v1/events/clock" | sed -n '/^event:/{p;q}')\""
status -G --data-urlencode 'search=Größe & 100% + 1; #?/' "$URL/v1/products" > /dev/null
see query "$(member total)"
see proxied "$(http_proxy=$URL curl -s -o /dev/null -w '%{http_code}' http://shop.example/v1/products)"
see old "[$(status --http1.0 "$URL/v1/products"),$(status --http1.0 -H "$OWN" "$URL/v1/orders/export")]"
curl -s -o /dev/null "$COUNTED_URL/livez#[1-200]"
printf '}'
