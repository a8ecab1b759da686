#!/bin/sh
# undici fails a request that is answered 100 (Continue) without having asked
#
# undici 8.12.4: a 100 (Continue) that was not asked for, before the final answer, fails the request and ends the connection.
# RFC 9110, section 15.2.1, lets a client discard it; Node's own http client and curl do. A 103 is passed on.
#
# Seen: "http: 200, undici: UND_ERR_SOCKET bad response, undici with 103: 200".
set -eu

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund undici@8.12.4 >/dev/null

cat >try.mjs <<'JS'
import { get } from 'node:http';
import { createServer } from 'node:net';
import { request } from 'undici';

const interim = { '/100': 'HTTP/1.1 100 Continue\r\n\r\n', '/103': 'HTTP/1.1 103 Early Hints\r\n\r\n' };
const server = createServer((socket) => {
  socket.on('error', () => {});
  socket.on('data', (data) => {
    const [, path] = data.toString().split(' ');
    socket.end(`${interim[path]}HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok`);
  });
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const url = `http://127.0.0.1:${server.address().port}`;

const byHttp = await new Promise((resolve, reject) => get(`${url}/100`, resolve).on('error', reject));
const byUndici = (path) =>
  request(url + path).then(
    ({ statusCode }) => statusCode,
    ({ code, message }) => `${code} ${message}`,
  );
console.log(`http: ${byHttp.statusCode}, undici: ${await byUndici('/100')}, undici with 103: ${await byUndici('/103')}`);
process.exit();
JS

said=$(node try.mjs)
echo "$said"
test "$said" = "http: 200, undici: UND_ERR_SOCKET bad response, undici with 103: 200"
