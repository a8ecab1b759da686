#!/usr/bin/env bash
# piscina counts no task that has a signal against `maxQueue`
#
# piscina 5.3.2 counts no task that has a signal against `maxQueue`: of 20 tasks at one thread and a queue of 2, none is refused; without
# signals 17 are. What helps: a queue of one's own, and no more tasks in the pool than it has threads.
#
# Seen on 2026-11-28 with Node 26.12.1.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . piscina@5.3.2
cat > task.mjs <<'EOS'
export default (kind) => kind;
EOS
cat > find.mjs <<'EOS'
import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';

const filename = fileURLToPath(new URL('task.mjs', import.meta.url));
const open = () => new Piscina({ filename, minThreads: 0, maxThreads: 1, maxQueue: 2, idleTimeout: 10_000 }).on('error', () => {});

async function refused(options) {
  const pool = open();
  const runs = Array.from({ length: 20 }, () => pool.run('x', options()).then(() => 0, () => 1));
  const sum = (await Promise.all(runs)).reduce((one, other) => one + other);
  await pool.destroy();
  return sum;
}

const seen = {
  refusedWithoutSignals: await refused(() => ({})),
  refusedWithSignals: await refused(() => ({ signal: new AbortController().signal })),
};
console.log(seen);
const isAsSeen = seen.refusedWithoutSignals > 0 && seen.refusedWithSignals === 0;
process.exit(isAsSeen ? 0 : 1);
EOS
node find.mjs
