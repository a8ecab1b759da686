#!/bin/sh
# undici counts spaces after Content-Length as digits
#
# undici 8.12.4: a response with `Content-Length: 2 ` fails, as one whose body has another length. Whitespace after a value is no
# part of it (RFC 9110, section 5.5), and Node's own http client, whose parser undici has, reads it.
#
# Seen: "http: ok, undici: Response body length does not match content-length header".
set -eu

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund undici@8.12.4 >/dev/null

cat >try.mjs <<'JS'
import { get } from 'node:http';
import { createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { request } from 'undici';

const server = createServer((socket) => {
  socket.on('error', () => {});
  socket.on('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2 \r\n\r\nok'));
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const url = `http://127.0.0.1:${server.address().port}`;

const byHttp = await text(await new Promise((resolve, reject) => get(url, resolve).on('error', reject)));
const byUndici = await request(url)
  .then(({ body }) => body.text())
  .catch(({ message }) => message);
console.log(`http: ${byHttp}, undici: ${byUndici}`);
process.exit();
JS
said=$(node try.mjs)
echo "$said"
test "$said" = "http: ok, undici: Response body length does not match content-length header"
