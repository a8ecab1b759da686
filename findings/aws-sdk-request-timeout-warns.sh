#!/bin/sh
# The AWS SDK's `requestTimeout` ends no request, it warns
#
# @aws-sdk/client-s3 3.1175.0, @smithy/node-http-handler 4.14.2: a request that has no answer after `requestTimeout` is waited for all
# the same, and the SDK warns once. Only with `throwOnRequestTimeout: true` it fails, and is tried again.
#
# Seen: "requestTimeout: 200: waits after 3000 ms, with throwOnRequestTimeout: TimeoutError".
set -eu

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @aws-sdk/client-s3@3.1175.0 @smithy/node-http-handler@4.14.2 >/dev/null

cat >try.mjs <<'JS'
import { createServer } from 'node:net';
import { setTimeout as passed } from 'node:timers/promises';
import { HeadObjectCommand, S3Client } from '@aws-sdk/client-s3';

// It accepts connections and says nothing.
const server = createServer((socket) => socket.on('error', () => {}).resume());
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const outcome = (options) => {
  const client = new S3Client({
    region: 'us-east-1',
    endpoint: `http://127.0.0.1:${server.address().port}`,
    forcePathStyle: true,
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    maxAttempts: 1,
    requestHandler: { requestTimeout: 200, ...options },
  });
  const found = client.send(new HeadObjectCommand({ Bucket: 'b', Key: 'k' })).catch(({ name }) => name);
  return Promise.race([found, passed(3_000).then(() => 'waits after 3000 ms')]);
};
const [by, thrown] = [await outcome({}), await outcome({ throwOnRequestTimeout: true })];
console.log(`requestTimeout: 200: ${by}, with throwOnRequestTimeout: ${thrown}`);
process.exit();
JS
said=$(node try.mjs 2>/dev/null)
echo "$said"
test "$said" = "requestTimeout: 200: waits after 3000 ms, with throwOnRequestTimeout: TimeoutError"
