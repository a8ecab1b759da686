#!/usr/bin/env bash
# HAProxy and Caddy end an answer that broke off as if it were whole
#
# HAProxy 2.6.12 and Caddy 2.6.2 (Debian 12) before an HTTP/2 backend that has sent headers and a part of its answer, without its
# end, and dies: the client's stream ends with END_STREAM and no error, as if the answer were whole. RFC 9113 8.1.1 and 8.7 lead
# one to expect a reset. Where an answer is whole only with its trailers (gRPC), their absence is all there is to see.
#
# Seen on 2026-11-28: both streams were closed with 0, without trailers.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
apt-get download -qq caddy haproxy liblua5.3-0 libopentracing-c-wrapper0 libopentracing1 >/dev/null 2>&1
for package in ./*.deb; do dpkg -x "$package" .; done
LD_LIBRARY_PATH=$(echo "$PWD"/usr/lib/*-linux-gnu)
export LD_LIBRARY_PATH
./usr/sbin/haproxy -v | sed -n 1p
./usr/bin/caddy version
cat > backend.cjs <<'EOF'
const http2 = require('node:http2');
const server = http2.createServer();
server.on('stream', (stream) => {
  stream.on('error', () => {});
  stream.respond({ 'content-type': 'application/grpc' });
  stream.write(Buffer.from([0, 0, 0, 0, 4, 1, 2, 3, 4]));
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), 300);
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

const PROXIES = {
  haproxy: {
    command: ['./usr/sbin/haproxy', '-db', '-f', 'haproxy'],
    config: (port, backend) => `defaults
  mode http
  timeout connect 5s
  timeout client 1m
  timeout server 1m
listen shop
  bind 127.0.0.1:${port} proto h2
  server one 127.0.0.1:${backend} proto h2
`,
  },
  caddy: {
    command: ['./usr/bin/caddy', 'run', '--adapter', 'caddyfile', '--config', 'caddy'],
    config: (port, backend) => `{
  admin off
  auto_https off
  servers {
    protocols h1 h2c
  }
}
http://127.0.0.1:${port} {
  reverse_proxy h2c://127.0.0.1:${backend}
}
`,
  },
};

async function seen(name) {
  const { command, config } = PROXIES[name];
  const backend = fork('backend.cjs');
  const backendPort = await new Promise((resolve) => backend.once('message', resolve));
  const port = await free();
  writeFileSync(name, config(port, backendPort));
  const env = { ...process.env, HOME: process.cwd(), XDG_DATA_HOME: process.cwd(), XDG_CONFIG_HOME: process.cwd() };
  const proxy = spawn(command[0], command.slice(1), { stdio: 'ignore', env });
  while (!(await accepts(port))) await new Promise((resolve) => setTimeout(resolve, 50));
  const session = http2.connect(`http://127.0.0.1:${port}`);
  session.on('error', () => {});
  const stream = session.request({ ':method': 'POST', ':path': '/a.B/C', 'content-type': 'application/grpc', te: 'trailers' });
  let hasTrailers = false;
  let bytes = 0;
  stream.on('error', () => {}).on('trailers', () => (hasTrailers = true)).on('data', (chunk) => (bytes += chunk.length));
  stream.end(Buffer.alloc(5));
  await new Promise((resolve) => stream.once('close', resolve));
  session.destroy();
  proxy.kill();
  console.log(`${name}: ${bytes} bytes, closed with ${stream.rstCode}, trailers: ${hasTrailers}`);
  return bytes === 9 && stream.rstCode === 0 && !hasTrailers;
}

(async () => process.exit((await seen('haproxy')) && (await seen('caddy')) ? 0 : 1))();
EOF
node find.cjs
