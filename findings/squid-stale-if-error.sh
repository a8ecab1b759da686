#!/usr/bin/env bash
# Squid answers 504 where `stale-if-error` lets a page stand in, without a `refresh_pattern` of its own
#
# Squid 5.7 (Debian 12) as a reverse proxy: a page with `Cache-Control: max-age=1, stale-if-error=3600` is over, and the backend
# refuses connections. RFC 5861 4 lets the page be given; Squid answers 504, though its max_stale is a week by default. With a
# `refresh_pattern . 0 0% 0 max-stale=60` it gives the page.
#
# Seen on 2026-11-28: 504 without a refresh_pattern, 200 with max-stale.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 777 "$folder"
cd "$folder"
apt-get download -qq squid squid-common libecap3 >/dev/null 2>&1
for package in ./*.deb; do dpkg -x "$package" .; done
LD_LIBRARY_PATH=$(echo "$PWD"/usr/lib/*-linux-gnu)
export LD_LIBRARY_PATH
./usr/sbin/squid -v | sed -n 1p
cat > find.cjs <<'EOF'
const http = require('node:http');
const net = require('node:net');
const { once } = require('node:events');
const { spawn } = require('node:child_process');
const { mkdirSync, writeFileSync } = require('node:fs');

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

async function statusWith(pattern) {
  const backend = http.createServer((request, response) => {
    response.writeHead(200, { 'cache-control': 'max-age=1, stale-if-error=3600', etag: '"a"' });
    response.end('page');
  });
  const behind = await listening(backend);
  const port = await free();
  const here = process.cwd();
  mkdirSync('errors', { recursive: true });
  writeFileSync('squid.conf', `http_port 127.0.0.1:${port} accel vhost
cache_peer 127.0.0.1 parent ${behind} 0 no-query no-digest originserver name=one
http_access allow all
never_direct allow all
${pattern}
cache_mem 8 MB
pid_filename ${here}/squid.pid
access_log none
cache_log ${here}/cache.log
mime_table ${here}/usr/share/squid/mime.conf
icon_directory ${here}/usr/share/squid/icons
shutdown_lifetime 0 seconds
`);
  const proxy = spawn('./usr/sbin/squid', ['-N', '-f', 'squid.conf'], { stdio: 'ignore' });
  while (!(await accepts(port))) await pause(50);
  const status = async () => {
    const answer = await fetch(`http://127.0.0.1:${port}/`, { headers: { connection: 'close' } });
    await answer.text();
    return answer.status;
  };
  while ((await status()) !== 200) await pause(100);
  backend.closeAllConnections();
  await new Promise((resolve) => backend.close(resolve));
  await pause(2_500);
  const seen = await status();
  proxy.kill('SIGKILL');
  await once(proxy, 'exit');
  return seen;
}

(async () => {
  const statuses = [await statusWith(''), await statusWith('refresh_pattern . 0 0% 0 max-stale=60')];
  console.log(`without a refresh_pattern ${statuses[0]}, with max-stale ${statuses[1]}`);
  process.exit(statuses.join() === '504,200' ? 0 : 1);
})();
EOF
node find.cjs
