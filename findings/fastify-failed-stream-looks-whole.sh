#!/bin/sh
# Fastify ends an HTTP/2 answer whose stream failed as if it were whole
#
# fastify 5.12.8: where a stream fails after the headers, Fastify destroys the response. Over HTTP/1.1 its client sees a connection
# that is closed too early. Over HTTP/2 Node resets the stream with NO_ERROR, and its client sees a regular end, whatever
# Content-Length says.
#
# Seen: "HTTP/1.1: aborted, HTTP/2: end after 200000 of 300000, code 0".
set -eu

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund fastify@5.12.8 >/dev/null

cat >try.mjs <<'JS'
import { get } from 'node:http';
import { connect } from 'node:http2';
import { Readable } from 'node:stream';
import { setTimeout as passed } from 'node:timers/promises';
import { fastify } from 'fastify';

async function* failing() {
  yield Buffer.alloc(200_000);
  await passed(100);
  throw new Error('the disk is broken');
}
const serve = async (options) => {
  const server = fastify(options);
  server.get('/', (_, reply) => reply.header('content-length', 300_000).send(Readable.from(failing())));
  return server.listen({ host: '127.0.0.1', port: 0 });
};

const first = await serve({});
const byHttp1 = await new Promise((resolve) => {
  get(first, (answer) => {
    answer.on('error', ({ message }) => resolve(message)).on('end', () => resolve('end')).resume();
  });
});
const stream = connect(await serve({ http2: true })).request({ ':path': '/' });
let came = 0;
stream.on('data', ({ length }) => (came += length));
const byHttp2 = await new Promise((resolve) => {
  stream.on('error', ({ message }) => resolve(message)).on('end', () => resolve(`end after ${came} of 300000`));
});
if (!stream.closed) await new Promise((resolve) => stream.once('close', resolve));
console.log(`HTTP/1.1: ${byHttp1}, HTTP/2: ${byHttp2}, code ${stream.rstCode}`);
process.exit();
JS
said=$(node try.mjs)
echo "$said"
test "$said" = "HTTP/1.1: aborted, HTTP/2: end after 200000 of 300000, code 0"
