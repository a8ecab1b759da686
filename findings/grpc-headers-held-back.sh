#!/usr/bin/env bash
# A grpc-js server sends no response headers before the first message of a stream
#
# @grpc/grpc-js 1.14.7 as a server: a server-streaming call that is open and has nothing to say yet gets no response headers
# until its first message, 1.5 s later here. A client that takes the headers for the opening of the stream, and bounds that by
# a timeout, gives up on a stream that is well. Python's grpcio 1.51.1 does the same.
#
# Seen on 2026-11-28 with Node 26.10: headers after 1.5 s. `call.sendMetadata()` sends them at once.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --prefix . @grpc/grpc-js@1.14.7
cat > find.cjs <<'EOF'
const http2 = require('node:http2');
const grpc = require('@grpc/grpc-js');
const same = (bytes) => bytes;
const method = {
  requestStream: false,
  responseStream: true,
  requestSerialize: same,
  requestDeserialize: same,
  responseSerialize: same,
  responseDeserialize: same,
};
const server = new grpc.Server();
const handler = (sendsMetadata) => (call) => {
  if (sendsMetadata) call.sendMetadata(new grpc.Metadata());
  setTimeout(() => {
    call.write(Buffer.from('first'));
    call.end();
  }, 1500);
};
server.addService(
  { quiet: { ...method, path: '/a.B/Quiet' }, open: { ...method, path: '/a.B/Open' } },
  { quiet: handler(false), open: handler(true) },
);
server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), async (_error, port) => {
  const session = http2.connect(`http://127.0.0.1:${port}`);
  const headersAfterMs = (path) =>
    new Promise((resolve) => {
      const startedAt = Date.now();
      const stream = session.request({
        ':method': 'POST',
        ':path': path,
        'content-type': 'application/grpc',
        te: 'trailers',
      });
      stream.once('response', () => resolve(Date.now() - startedAt));
      stream.resume().end(Buffer.alloc(5));
    });
  await headersAfterMs('/a.B/Open');
  const [quiet, open] = [await headersAfterMs('/a.B/Quiet'), await headersAfterMs('/a.B/Open')];
  console.log(`headers after ${quiet} ms; with sendMetadata() after ${open} ms`);
  process.exit(quiet >= 1400 && open < 1400 ? 0 : 1);
});
EOF
node find.cjs
