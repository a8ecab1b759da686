#!/usr/bin/env bash
# wget with `--content-on-error` waits for the body of a 304 until the connection ends
#
# wget 1.21.3 (Debian 12) with `--content-on-error` reads a body after a 304, which never has one (RFC 9110, section 15.4.5): on a
# connection that is kept it waits until the server closes it. It does not without that option, or with `--no-http-keep-alive`.
# The origin here is nginx 1.22.1 (Debian 12), whose 304 has no Content-Length.
#
# Seen: "plain: done", "--content-on-error: waits", "--content-on-error --no-http-keep-alive: done".
set -euo pipefail
folder=$(mktemp -d)
nginx=
trap 'kill $nginx 2>/dev/null || true; rm -rf "$folder"' EXIT
cd "$folder"
apt-get download -qq wget nginx libpcre2-8-0 libpsl5 libuuid1 libidn2-0 libunistring2 libgnutls30 libnettle8 libhogweed6 libgmp10 \
  libp11-kit0 libtasn1-6 libffi8 >/dev/null 2>&1
for package in ./*.deb; do dpkg -x "$package" .; done
LD_LIBRARY_PATH=$(echo "$PWD"/usr/lib/*-linux-gnu):$(echo "$PWD"/lib/*-linux-gnu)
export LD_LIBRARY_PATH
./usr/bin/wget --version | sed -n 1p
mkdir www logs
echo hello >www/page
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
cat >nginx.conf <<CONF
daemon off; pid $PWD/pid; error_log $PWD/logs/error;
events {}
http {
  access_log off; client_body_temp_path logs; proxy_temp_path logs; fastcgi_temp_path logs; uwsgi_temp_path logs; scgi_temp_path logs;
  server { listen 127.0.0.1:$port; root $PWD/www; }
}
CONF
chmod 755 . www
./usr/sbin/nginx -c "$PWD/nginx.conf" 2>logs/start &
nginx=$!
until ./usr/bin/wget -q -S --tries=1 -O page "http://127.0.0.1:$port/page" 2>head; do sleep 0.1; done
tag=$(sed -n 's/^ *ETag: //p' head)
outcome() {
  local code=0
  timeout 4 ./usr/bin/wget -q --tries=1 -O page "$@" --header="If-None-Match: $tag" "http://127.0.0.1:$port/page" || code=$?
  # 8: an error of the server, as wget calls a 304; 124: the time was over.
  case $code in 8) echo done ;; 124) echo waits ;; *) echo "exit code $code" ;; esac
}
{
  echo "plain: $(outcome)"
  echo "--content-on-error: $(outcome --content-on-error)"
  echo "--content-on-error --no-http-keep-alive: $(outcome --content-on-error --no-http-keep-alive)"
} | tee seen
grep -qx 'plain: done' seen
grep -qx -- '--content-on-error: waits' seen
grep -qx -- '--content-on-error --no-http-keep-alive: done' seen
