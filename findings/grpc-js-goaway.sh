#!/usr/bin/env bash
# grpc-js fails calls above the last id of a GOAWAY, where gRFC A6 wants them sent again
#
# @grpc/grpc-js 1.14.7 as a client, before a server that allows five requests a connection and then says GOAWAY, as nginx
# with `keepalive_requests 5` does: calls above the last id of the GOAWAY, which were never processed, fail with UNAVAILABLE
# "Stream refused by server". gRFC A6 (transparent retries) and RFC 9113 6.8 want them sent again; one is, not the rest.
#
# Seen on 2026-11-28 with Node 26.10: of 400 calls by 40 callers most fail; the server answered every call that it took.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --prefix . @grpc/grpc-js@1.14.7
cat > find.cjs <<'EOF'
const http2 = require('node:http2');
const grpc = require('@grpc/grpc-js');
const PER_CONNECTION = 5;

const server = http2.createServer();
server.on('session', (session) => {
  let taken = 0;
  session.on('error', () => {});
  session.on('stream', (stream) => {
    stream.on('error', () => {});
    taken += 1;
    // What comes after the GOAWAY is above its last id, and not processed.
    if (taken > PER_CONNECTION) return;
    if (taken === PER_CONNECTION) session.goaway(0, stream.id);
    stream.respond({ 'content-type': 'application/grpc' }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    stream.end(Buffer.alloc(5));
  });
});
server.listen(0, '127.0.0.1', async () => {
  const client = new grpc.Client(`127.0.0.1:${server.address().port}`, grpc.credentials.createInsecure());
  const same = (bytes) => bytes;
  const failures = new Map();
  const call = () =>
    new Promise((resolve) =>
      client.makeUnaryRequest('/a.B/C', same, same, Buffer.alloc(0), { deadline: Date.now() + 5000 }, (error) => {
        if (error) failures.set(error.message, (failures.get(error.message) ?? 0) + 1);
        resolve();
      }),
    );
  const caller = async () => {
    for (let index = 0; index < 10; index += 1) await call();
  };
  await Promise.all(Array.from({ length: 40 }, caller));
  console.log('400 calls, failed:', Object.fromEntries(failures));
  process.exit((failures.get('14 UNAVAILABLE: Stream refused by server') ?? 0) > 0 ? 0 : 1);
});
EOF
node find.cjs
