#!/usr/bin/env bash
# graphql-ws ends a subscription for good when a connection is refused, whatever `retryAttempts` says
#
# graphql-ws 6.4.2 gives a subscription up, for good, when a connection is refused, whatever `retryAttempts` says: by default
# it tries again after the close of a socket alone, and a socket that never opened tells an error first. So a client survives
# a server that closes its sockets (1012) and is there again at once, and not one that is there again two seconds later.
#
# Seen on 2026-11-28: 1 attempt with the defaults, all of them with `shouldRetry: () => true`.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . graphql-ws@6.4.2 graphql@16.15.0 ws@8.22.0
cat > attempts.cjs <<'EOS'
const { createClient } = require('graphql-ws');
const { WebSocket } = require('ws');
const attempts = async (options) => {
  let connecting = 0;
  const client = createClient({
    url: 'ws://127.0.0.1:1/graphql',
    webSocketImpl: WebSocket,
    retryAttempts: 3,
    retryWait: async () => {},
    on: { connecting: () => (connecting += 1) },
    ...options,
  });
  await new Promise((done) => client.subscribe({ query: '{ a }' }, { next() {}, error: done, complete: done }));
  return connecting;
};
(async () => {
  const byDefault = await attempts({});
  const always = await attempts({ shouldRetry: () => true });
  console.log(`${byDefault} attempt with the defaults, ${always} with shouldRetry`);
  process.exit(byDefault === 1 && always === 4 ? 0 : 1);
})();
EOS
node attempts.cjs
