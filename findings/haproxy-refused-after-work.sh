#!/usr/bin/env bash
# HAProxy resets with REFUSED_STREAM after its backend began to work
#
# HAProxy 2.6.12 (Debian 12) with HTTP/2 on both sides: where the backend takes a request, begins to work on it, and dies before
# its first byte, the client's stream is reset with REFUSED_STREAM (7). RFC 9113 8.7 has a client read that as "not processed
# at all, safe to send again": a write that is sent again then is begun twice.
#
# Seen on 2026-11-28: the backend began, and the stream was closed with 7.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
apt-get download -qq haproxy liblua5.3-0 libopentracing-c-wrapper0 libopentracing1 >/dev/null 2>&1
for package in ./*.deb; do dpkg -x "$package" .; done
LD_LIBRARY_PATH=$(echo "$PWD"/usr/lib/*-linux-gnu)
export LD_LIBRARY_PATH
./usr/sbin/haproxy -v | sed -n 1p
cat > backend.cjs <<'EOF'
const http2 = require('node:http2');
const server = http2.createServer();
server.on('stream', () => {
  process.send('begun');
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), 200);
});
server.listen(0, '127.0.0.1', () => process.send(server.address().port));
EOF
cat > find.cjs <<'EOF'
const http2 = require('node:http2');
const net = require('node:net');
const { fork, spawn } = require('node:child_process');
const { writeFileSync } = require('node:fs');

const free = () =>
  new Promise((resolve) => {
    const server = net.createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
const accepts = (port) =>
  new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });

(async () => {
  const backend = fork('backend.cjs');
  const backendPort = await new Promise((resolve) => backend.once('message', resolve));
  let hasBegun = false;
  backend.on('message', (message) => (hasBegun ||= message === 'begun'));
  const port = await free();
  writeFileSync(
    'haproxy.cfg',
    `defaults
  mode http
  timeout connect 5s
  timeout client 1m
  timeout server 1m
listen shop
  bind 127.0.0.1:${port} proto h2
  server one 127.0.0.1:${backendPort} proto h2
`,
  );
  const haproxy = spawn('./usr/sbin/haproxy', ['-db', '-f', 'haproxy.cfg'], { stdio: 'ignore' });
  while (!(await accepts(port))) await new Promise((resolve) => setTimeout(resolve, 50));
  const session = http2.connect(`http://127.0.0.1:${port}`);
  session.on('error', () => {});
  const stream = session.request({ ':method': 'POST', ':path': '/a.B/C', 'content-type': 'application/grpc', te: 'trailers' });
  stream.on('error', () => {});
  stream.end(Buffer.alloc(5));
  await new Promise((resolve) => stream.once('close', resolve));
  console.log(`the backend ${hasBegun ? 'began' : 'did not begin'}, the stream was closed with ${stream.rstCode}`);
  haproxy.kill();
  process.exit(hasBegun && stream.rstCode === http2.constants.NGHTTP2_REFUSED_STREAM ? 0 : 1);
})();
EOF
node find.cjs
