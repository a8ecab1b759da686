#!/usr/bin/env bash
# grpc-js leaves `:`, `,` and seven other characters of a status message percent-encoded
#
# @grpc/grpc-js 1.14.7 as a client of @connectrpc/connect-node 2.3.0, which encodes all but letters, digits and a few marks in
# `grpc-message`, as gRPC allows ("Status-Message": clients decode what is percent-encoded). grpc-js decodes it by `decodeURI`,
# which keeps the codes of ; / ? : @ & = + $ , and #: a path or a URL in a message arrives as `orders%2Fo1%3A gone`.
#
# Seen on 2026-12-01 with Node 26.12: sent "orders/o1: gone, 100 %", received "orders%2Fo1%3A gone%2C 100 %".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --prefix . @grpc/grpc-js@1.14.7 @connectrpc/connect@2.3.0 @connectrpc/connect-node@2.3.0 \
  @bufbuild/protobuf@2.17.0
cat > find.mjs <<'EOF2'
import { createServer } from 'node:http2';
import { EmptySchema as input } from '@bufbuild/protobuf/wkt';
import { Code, ConnectError } from '@connectrpc/connect';
import { connectNodeAdapter } from '@connectrpc/connect-node';
import grpc from '@grpc/grpc-js';

const sent = 'orders/o1: gone, 100 %';
const service = { kind: 'service', typeName: 'a.B', name: 'B', methods: [], method: {} };
const names = { name: 'C', localName: 'c', methodKind: 'unary', idempotency: 0 };
const method = { kind: 'rpc', parent: service, ...names, input, output: input };
const routes = (router) =>
  router.rpc(method, () => {
    throw new ConnectError(sent, Code.NotFound);
  });
const server = createServer(connectNodeAdapter({ routes }));
server.listen(0, '127.0.0.1', () => {
  const client = new grpc.Client(`127.0.0.1:${server.address().port}`, grpc.credentials.createInsecure());
  const bytes = () => Buffer.alloc(0);
  client.makeUnaryRequest('/a.B/C', bytes, bytes, {}, (error) => {
    console.log(`sent "${sent}", received "${error.details}"`);
    process.exit(error.details === 'orders%2Fo1%3A gone%2C 100 %' ? 0 : 1);
  });
});
EOF2
node find.mjs
