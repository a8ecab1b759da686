#!/usr/bin/env bash
# Files wait while many pictures are resized at once, although sharp is asynchronous
#
# sharp 0.35.5 is asynchronous and still holds up a server: it decodes in libuv's threads, of which there are four. A file that is read while
# 40 pictures are resized at once waits for most of them; timers and network do not. With one picture at a time it does not wait.
#
# Seen on 2026-11-28 with Node 26.12.1.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . sharp@0.35.5
cat > find.mjs <<'EOS'
import { readFile } from 'node:fs/promises';
import sharp from 'sharp';

const noise = { type: 'gaussian', mean: 128, sigma: 40 };
const photo = await sharp({ create: { width: 3000, height: 2000, channels: 3, noise, background: 'gray' } }).jpeg().toBuffer();
const resize = () => sharp(photo).resize(300).webp().toBuffer();

/** How long a file takes that is read shortly after the pictures have begun, in milliseconds. */
async function fileWhile(pictures) {
  await new Promise((resolve) => setTimeout(resolve, 20));
  const before = performance.now();
  await readFile(new URL(import.meta.url));
  const took = performance.now() - before;
  await pictures;
  return Math.round(took);
}

async function oneByOne(count) {
  for (let i = 0; i < count; i += 1) await resize();
}

await resize();
const seen = {
  allAtOnceMs: await fileWhile(Promise.all(Array.from({ length: 40 }, resize))),
  oneByOneMs: await fileWhile(oneByOne(10)),
};
console.log(seen);
process.exit(seen.allAtOnceMs > 10 * seen.oneByOneMs && seen.allAtOnceMs > 200 ? 0 : 1);
EOS
node find.mjs
