#!/usr/bin/env bash
# nginx with `gzip on` compresses answers with 200, 403 and 404 alone
#
# nginx 1.22.1 (Debian 12) with `gzip on`: it compresses answers with the statuses 200, 403 and 404, and no others. A success that is
# another 2xx, such as 201 or GraphQL's 294 Partial Success, passes as it is, with the same headers and body.
#
# Seen on 2026-11-28: 200 gzip, 201 none, 294 none, 404 gzip.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
apt-get download -qq nginx >/dev/null 2>&1
for package in ./*.deb; do dpkg -x "$package" .; done
./usr/sbin/nginx -v 2>&1
cat > find.cjs <<'EOS'
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
    response.writeHead(Number(request.url.slice(1)), { 'content-type': 'application/json' });
    response.end(JSON.stringify({ text: 'a'.repeat(4_000) }));
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
  gzip on;
  gzip_types application/json;
  gzip_proxied any;
  server {
    listen 127.0.0.1:${port};
    location / { proxy_pass ${at}; }
  }
}
`);
  const proxy = spawn('./usr/sbin/nginx', ['-c', `${here}/nginx.conf`, '-e', 'stderr'], { stdio: 'ignore' });
  while (!(await accepts(port))) await pause(50);
  const seen = [];
  for (const status of [200, 201, 294, 404]) {
    const answer = await fetch(`http://127.0.0.1:${port}/${status}`, { headers: { 'accept-encoding': 'gzip' } });
    await answer.text();
    seen.push(`${answer.status} ${answer.headers.get('content-encoding') ?? 'none'}`);
  }
  proxy.kill();
  backend.closeAllConnections();
  backend.close();
  console.log(seen.join(', '));
  process.exit(seen.join() === '200 gzip,201 none,294 none,404 gzip' ? 0 : 1);
})();
EOS
node find.cjs
