#!/usr/bin/env bash
# nginx with `proxy_cache` drops If-None-Match, also from what it may not cache or is told to bypass
#
# nginx 1.22.1 (Debian 12) with `proxy_cache`: a GET with If-None-Match reaches the backend without it, though the answer may not
# be cached (`Cache-Control: private`), and though `proxy_cache_bypass` and `proxy_no_cache` say so beforehand. The client that has
# the page is sent it again, each time. Only `proxy_cache` with a variable that is `off` lets the validator through.
#
# Seen on 2026-11-28: with proxy_cache 200, with proxy_cache_bypass 200, with `proxy_cache $variable` that is off 304.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
apt-get download -qq nginx >/dev/null 2>&1
for package in ./*.deb; do dpkg -x "$package" .; done
./usr/sbin/nginx -v 2>&1
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
  const backend = http.createServer((request, response) => {
    const has = request.headers['if-none-match'] === '"a"';
    response.writeHead(has ? 304 : 200, { 'cache-control': 'private, no-cache', etag: '"a"' });
    response.end(has ? undefined : 'page');
  });
  const at = `http://127.0.0.1:${await listening(backend)}`;
  const port = await free();
  const here = process.cwd();
  const folders = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${here}/${name};`);
  writeFileSync('nginx.conf', `daemon off;
pid ${here}/nginx.pid;
events {}
http {
  access_log off;
  ${folders.join(' ')}
  proxy_cache_path ${here}/cache keys_zone=pages:1m;
  map $http_authorization $zone { '' pages; default off; }
  server {
    listen 127.0.0.1:${port};
    location /cache { proxy_pass ${at}; proxy_cache pages; }
    location /bypass { proxy_pass ${at}; proxy_cache pages; proxy_cache_bypass $http_authorization; proxy_no_cache $http_authorization; }
    location /off { proxy_pass ${at}; proxy_cache $zone; }
  }
}
`);
  const proxy = spawn('./usr/sbin/nginx', ['-c', `${here}/nginx.conf`, '-e', 'stderr'], { stdio: 'ignore' });
  while (!(await accepts(port))) await pause(50);
  const statuses = [];
  for (const path of ['/cache', '/bypass', '/off']) {
    const headers = { authorization: 'Bearer a', 'if-none-match': '"a"' };
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { headers });
    await answer.text();
    statuses.push(answer.status);
  }
  proxy.kill();
  backend.closeAllConnections();
  backend.close();
  console.log(`with proxy_cache ${statuses[0]}, with proxy_cache_bypass ${statuses[1]}, with a variable that is off ${statuses[2]}`);
  process.exit(statuses.join() === '200,200,304' ? 0 : 1);
})();
EOF
node find.cjs
