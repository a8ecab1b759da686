#!/bin/sh
# graphql-sse sends a refused subscription six times, and its error comes after half a minute
#
# graphql-sse 2.6.1 takes every status but 200 for a lost connection, those of 400 and 401 too: it waits 1, 2, 4, 8 and 16 seconds, each
# time up to three more, and sends the same document again. A typing error in a subscription, or an expired token, is seen some 40 seconds
# later. graphql-ws ends at once where a server closes with 4400. `retryAttempts: 0` reports at once; `headers` as a
# function is called again each time, so that a token can be renewed. Here `retry` waits for nothing, so that the script is quick.
#
# Seen: "400: error after 6 requests", "401: error after 6 requests", "401, retryAttempts 0: error after 1 requests",
# "401, headers as a function: next after 2 requests".
set -eu

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund graphql-sse@2.6.1 graphql@16.11.0 >/dev/null

cat >try.mjs <<'JS'
import { createServer } from 'node:http';
import { createClient } from 'graphql-sse';

async function outcome(status, options = {}) {
  let requests = 0;
  const server = createServer((request, response) => {
    requests += 1;
    request.resume();
    if (request.headers.authorization === 'Bearer renewed') {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      return response.end('event: next\ndata: {"data":{"n":1}}\n\nevent: complete\ndata:\n\n');
    }
    response.writeHead(status, { 'content-type': 'application/json' }).end('{"errors":[{"message":"refused"}]}');
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${server.address().port}/`;
  const client = createClient({ url, retry: async () => {}, ...options });
  const what = await new Promise((resolve) =>
    client.subscribe(
      { query: 'subscription { n }' },
      { next: () => resolve('next'), error: () => resolve('error'), complete: () => resolve('complete') },
    ),
  );
  client.dispose();
  server.close();
  server.closeAllConnections();
  return `${what} after ${requests} requests`;
}
let asked = 0;
const headers = () => ({ authorization: asked++ ? 'Bearer renewed' : 'Bearer expired' });
console.log(`400: ${await outcome(400)}`);
console.log(`401: ${await outcome(401)}`);
console.log(`401, retryAttempts 0: ${await outcome(401, { retryAttempts: 0 })}`);
console.log(`401, headers as a function: ${await outcome(401, { headers })}`);
JS
node try.mjs | tee seen
grep -qx '400: error after 6 requests' seen
grep -qx '401: error after 6 requests' seen
grep -qx '401, retryAttempts 0: error after 1 requests' seen
grep -qx '401, headers as a function: next after 2 requests' seen
