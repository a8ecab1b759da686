#!/usr/bin/env bash
# HAProxy's cache gives a page for as long again as it had been elsewhere
#
# HAProxy 2.6.12 (Debian 12), with its cache on, before an origin whose page says `Cache-Control: max-age=4` and `Age: 3`: by
# RFC 9111 4.2 it is fresh for one second more. HAProxy answers with it from its cache two seconds later, with an Age of 5 beside
# `max-age=4`: it reads Age, adds to it and sends it on, and does not go by it. What is left has to be written into s-maxage.
#
# Seen on 2026-11-28: the second answer, after two seconds, came from the cache with Age 5.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
apt-get download -qq haproxy liblua5.3-0 libopentracing-c-wrapper0 libopentracing1 >/dev/null 2>&1
for package in ./*.deb; do dpkg -x "$package" .; done
LD_LIBRARY_PATH=$(echo "$PWD"/usr/lib/*-linux-gnu)
export LD_LIBRARY_PATH
./usr/sbin/haproxy -v | sed -n 1p
cat > find.cjs <<'EOF'
const http = require('node:http');
const net = require('node:net');
const { spawn } = require('node:child_process');
const { writeFileSync } = require('node:fs');

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const listening = (server) =>
  new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server.address().port)));
const free = async () => {
  const server = net.createServer();
  const port = await listening(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
};
const accepts = (port) =>
  new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });

(async () => {
  let asked = 0;
  const origin = http.createServer((request, response) => {
    asked += 1;
    response.writeHead(200, { 'cache-control': 'max-age=4', age: '3', etag: '"a"', 'content-length': '4' });
    response.end('page');
  });
  const backend = await listening(origin);
  const port = await free();
  writeFileSync('haproxy', `defaults
  mode http
  timeout connect 5s
  timeout client 1m
  timeout server 1m
cache pages
  total-max-size 4
  max-age 60
listen shop
  bind 127.0.0.1:${port}
  http-request cache-use pages
  http-response cache-store pages
  server one 127.0.0.1:${backend}
`);
  const proxy = spawn('./usr/sbin/haproxy', ['-db', '-f', 'haproxy'], { stdio: 'ignore' });
  while (!(await accepts(port))) await pause(50);
  const url = `http://127.0.0.1:${port}/`;
  const first = await fetch(url);
  await first.text();
  const before = asked;
  await pause(2_000);
  const second = await fetch(url);
  await second.text();
  proxy.kill();
  origin.close();
  const fromCache = asked === before;
  console.log(`first Age ${first.headers.get('age')}; after 2 s Age ${second.headers.get('age')}, from the cache: ${fromCache}`);
  process.exit(fromCache && Number(second.headers.get('age')) > 4 ? 0 : 1);
})();
EOF
node find.cjs
