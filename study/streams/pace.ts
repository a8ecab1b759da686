import { once } from 'node:events';
import { Writable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';

/** Writes 128 MB to a slow Writable, and prints the most it held and its RSS over time, in MB, as JSON. */
const [, , mode] = process.argv;
const CHUNK = 64 * 1024;
const CHUNKS = 2_000;
const rss: number[] = [];
const base = process.memoryUsage.rss();
const note = () => rss.push(Math.max(0, (process.memoryUsage.rss() - base) / 1e6));

let written = 0;
const slow = new Writable({
  highWaterMark: 4 * CHUNK,
  write(_chunk, _encoding, done) {
    if (++written % 50 === 0) {
      // What is no longer held is given back, so that the line shows what is held.
      globalThis.gc!();
      note();
    }
    void turn().then(() => done());
  },
});

let maxHeld = 0;
for (let n = 0; n < CHUNKS; n += 1) {
  const hasRoom = slow.write(Buffer.alloc(CHUNK, 1));
  maxHeld = Math.max(maxHeld, slow.writableLength);
  if (n % 50 === 0) note();
  if (mode === 'backpressure' && !hasRoom) await once(slow, 'drain');
}
slow.end();
await once(slow, 'finish');
process.stdout.write(JSON.stringify({ maxHeldChunks: maxHeld / CHUNK, rss }));
