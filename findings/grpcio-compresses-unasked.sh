#!/usr/bin/env bash
# A grpcio server compresses for a client that accepts `identity` alone
#
# Python's grpcio 1.84.0 (C core) as a server with `compression=Gzip`: it compresses an answer for a client that says
# `grpc-accept-encoding: identity`, and for one that says nothing. gRPC's compression.md: "the server … MUST NOT compress with
# an algorithm that the client does not support". A client that never offers gzip has to read it all the same.
#
# Seen on 2026-11-28 with this version, and with Debian 12's 1.51.1: `grpc-encoding: gzip` and the compressed flag both times.
set -euo pipefail
folder=$(mktemp -d)
trap 'kill "${server:-}" 2>/dev/null || true; rm -rf "$folder"' EXIT
cd "$folder"
python3 -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --target packages grpcio==1.84.0
cat > server.py <<'EOF'
import grpc
from concurrent import futures

class Echo(grpc.GenericRpcHandler):
    def service(self, details):
        return grpc.unary_unary_rpc_method_handler(lambda request, context: b"x" * 1000)

server = grpc.server(futures.ThreadPoolExecutor(4), handlers=[Echo()], compression=grpc.Compression.Gzip)
print(server.add_insecure_port("127.0.0.1:0"), flush=True)
server.start()
server.wait_for_termination()
EOF
cat > find.cjs <<'EOF'
const http2 = require('node:http2');
const session = http2.connect(`http://127.0.0.1:${process.argv[2]}`);
const call = (accept) =>
  new Promise((resolve) => {
    const stream = session.request({
      ':method': 'POST',
      ':path': '/a.B/C',
      'content-type': 'application/grpc',
      te: 'trailers',
      ...accept,
    });
    let headers;
    let first;
    stream.on('response', (got) => (headers = got)).on('data', (chunk) => (first ??= chunk[0]));
    stream.on('end', () => resolve([headers['grpc-encoding'], first]));
    stream.end(Buffer.alloc(5));
  });
(async () => {
  const answers = [await call({ 'grpc-accept-encoding': 'identity' }), await call({})];
  for (const [encoding, flag] of answers) console.log(`grpc-encoding: ${encoding}, compressed flag ${flag}`);
  process.exit(answers.every(([encoding, flag]) => encoding === 'gzip' && flag === 1) ? 0 : 1);
})();
EOF
PYTHONPATH=packages python3 server.py > port & server=$!
until [ -s port ]; do sleep 0.1; done
node find.cjs "$(cat port)"
