# wget: what scripts do with it, with its jar, and a download that goes on.
set -u
ACCOUNT="{\"email\":\"$NAME@example.com\",\"password\":\"correct horse battery\"}"
JSON='Content-Type: application/json'
head -c 1500000 /dev/urandom > big
see() { printf '%s"%s":%s' "${comma-}" "$1" "$2"; comma=,; }
# Its log has the headers; the body of an error comes by --content-on-error.
status() { wget -q -S ${always---content-on-error} --tries=1 -O body "$@" 2> head; sed -n 's/^  HTTP\/1.1 \([0-9]*\).*/\1/p' head | tail -1; }
member() { sed -n "s/.*\"$1\":\"\{0,1\}\([^\",}]*\).*/\1/p" body; }
header() { sed -n "s/^ *$1: //Ip" head | tail -1; }
send() { method=$1 data=$2; shift 2; status --method="$method" --body-data="$data" --header="$JSON" "$@"; }
fails() { printf '%s[%s,"%s"]' "${errors-[}" "$("$@")" "$(member code)"; }

printf '{'
see registered "$(send POST "{\"name\":\"$CUSTOMER\",${ACCOUNT#\{}" "$URL/v1/auth/register")"
send POST "$ACCOUNT" "$URL/v1/auth/login" > /dev/null
see login "\"$(member tokenType)\""
OWN="--header=Authorization: Bearer $(member accessToken)"
status "$OWN" "$URL/v1/home" > /dev/null
see home "\"$(sed 's/.*"user":{"id":"[^"]*","name":"\([^"]*\).*/\1/' body)\""
page=1 pages=1
while [ $page -le $pages ]; do
  status "$URL/v1/products?category=books&pageSize=7&page=$page" > /dev/null
  pages=$(member totalPages) page=$((page + 1))
  grep -o '{"id":"[^"]*"' body >> ids
done
see pages "$([ "$(sort -u ids | wc -l)" = "$(member total)" ] && echo true || echo false)"
status "$OWN" "$URL/v1/me" > /dev/null
TAG=$(header ETag)
# With --content-on-error it waits for the body of a 304, which has none, until the connection ends.
see notModified "$(always=; status "$OWN" --header="If-None-Match: $TAG" "$URL/v1/me")"
order() { send POST '{"lines":[{"productId":"p1","quantity":1}]}' "$OWN" --header="Idempotency-Key: $NAME" "$URL/v1/orders"; }
first=$(order) && cp body first && again=$(order)
see ordered "[$first,$again,$(cmp -s body first && echo true || echo false)]"
change() { send PATCH '{"name":"Z"}' "$OWN" --header="If-Match: $TAG" "$URL/v1/me"; }
see changed "[$(change),$(change)]"
status "$LIMITED_URL/v1/products" > /dev/null
see errors "$(fails status "$URL/v1/products?page=1&page=2"; errors=,; fails status "$URL/v1/home"; fails status "$OWN" "$URL/v1/orders/nothing"
  fails send POST '{"lines":[]}' "$OWN" "$URL/v1/orders"; fails status "$LIMITED_URL/v1/products")]"
status "$LIMITED_URL/v1/products" > /dev/null
see retryAfter "$([ "$(header Retry-After)" -gt 0 ] && echo true)"
status --compression=auto "$URL/v1/products" > /dev/null
see coding "\"$(header Content-Encoding)\""
see head "[$(status --method=HEAD "$URL/v1/products"),$(wc -c < body)]"
status --method=OPTIONS "$URL/v1/products" > /dev/null
see options "\"$(header Allow)\""
status "$OWN" --header='Content-Type: application/octet-stream' --post-file=big "$URL/v1/uploads" > /dev/null
offset=$(member offset)
see uploaded "[$offset,$(status "$OWN" --method=DELETE "$URL/v1/uploads/$(member id)")]"
head -c 20000000 /dev/zero > bigger
see refused "$(status --header='Content-Type: application/octet-stream' --post-file=bigger "$URL/v1/uploads")"
# Without a type it names that of forms.
status "$OWN" --post-file=big "$URL/v1/uploads" > /dev/null
see form "\"$(member field)\""
printf '{"name":"%s"}' "$CUSTOMER" | gzip > name.gz
status "$OWN" --method=PATCH --header='Content-Encoding: gzip' --header="$JSON" --body-file=name.gz "$URL/v1/me" > /dev/null
see gzipped "\"$(member name)\""
JAR="--ca-certificate=$CA --load-cookies=jar --save-cookies=jar --keep-session-cookies"
touch jar
send POST "$ACCOUNT" $JAR --header='X-CSRF: 1' "$TLS_URL/bff/login" > /dev/null
status $JAR --header='X-CSRF: 1' "$TLS_URL/v1/me" > /dev/null
see cookie "$([ "$(member email)" = "$NAME@example.com" ] && echo true || echo false)"
see csrf "$(status $JAR "$TLS_URL/v1/me")"
start=$(status --header='Accept: text/html' "$URL/")
see redirected "[$start,$([ "$(header Location)" = /shop ] && echo true),$(grep -q '<h1' body && echo true)]"
wget -q -O whole "$FILE_URL" && head -c 1000 whole > part
wget -q -S -c -O part "$FILE_URL" 2> head
see resumed "[$(sed -n 's/^  HTTP\/1.1 \([0-9]*\).*/\1/p' head),$(cmp -s part whole && echo true),true]"
see event "\"$(wget -q -O - "$URL/v1/events/clock" | sed -n '/^event:/{p;q}')\""
status "$URL/v1/products?search=Größe %26 100%25 %2B 1; %23?/" > /dev/null
see query "$(member total)"
see proxied "$(http_proxy=$URL status http://shop.example/v1/products)"
wget -q -O /dev/null $(for n in $(seq 200); do echo "$COUNTED_URL/livez#$n"; done)
printf '}'
