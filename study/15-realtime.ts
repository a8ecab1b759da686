import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { Heartbeats } from '#gateway/edge/streams/heartbeats';
import { chatFrames } from '#gateway/features/assistant/chat-frames';
import { EventStream, SERVER_SENT_EVENTS, streamHeaders } from '#gateway/transports/sse/event-stream';
import { EventLogMemory, EventLogRedis, topic } from '#libs/events';
import { createParser } from 'eventsource-parser';
import { polling, sse, webSocket } from './realtime/transports.ts';
import { measured, notRun, part, show, table } from './support/print.ts';
import { withRedis } from './support/redis.ts';
import { showByRelease } from './support/releases.ts';
import { listen } from './support/server.ts';

part('a stream of the gateway, as it is on the wire');
const server = createServer((_request, response) => {
  response.writeHead(200, streamHeaders(SERVER_SENT_EVENTS));
  const stream = new EventStream(response);
  stream.send({ id: '7-0', event: 'order', data: { status: 'SHIPPED' } });
  stream.beat();
  stream.end('end', { reason: 'done' });
});
const { port, close } = await listen(server);
const answer = await fetch(`http://127.0.0.1:${port}`);
const wire = await answer.text();
await close();
show(
  `content-type: ${answer.headers.get('content-type')}`,
  `cache-control: ${answer.headers.get('cache-control')}`,
);
show(
  ...JSON.stringify(wire.replace(/retry: \d+/, 'retry: (1000 to 3000)'))
    .slice(1, -1)
    .split(/(?<=\\n\\n)/),
);
assert.match(wire, /^retry: \d+\n\nid: 7-0\nevent: order\ndata: \{"status":"SHIPPED"\}\n\n:\n\nevent: end\n/);
const types: string[] = [];
const parser = createParser({
  onEvent: ({ event = 'message', id }) => void types.push(`${event} ${id ?? '(no id)'}`),
});
for (const byte of wire) parser.feed(byte);
assert.deepEqual(types, ['order 7-0', 'end (no id)']);
show(`parsed byte by byte: ${types.join(', ')}; the heartbeat is no event`);

part('heartbeats of 30 streams: one timer, a fifteenth of them at a time');
const beats = new Heartbeats(150);
const counts = Array.from({ length: 30 }, () => 0);
const beaten = new Promise<void>((resolve) => {
  const beat = (n: number) => {
    counts[n]! += 1;
    if (counts.every((count) => count > 1)) resolve();
  };
  for (const n of counts.keys()) beats.add({ beat: () => beat(n) });
});
// Its timer keeps no process running.
const open = setInterval(() => {}, 60_000);
await beaten;
clearInterval(open);
beats.stop();
const spread = Math.max(...counts) - Math.min(...counts);
assert.ok(spread <= 1);
show('each has had two, and none more than one more than another');

part('[DONE] is data of a convention, not the end of the stream');
async function* words() {
  yield { type: 'text', data: { text: 'Hel' } } as never;
  yield { type: 'text', data: { text: 'lo', finishReason: 'stop' } } as never;
}
const datas: string[] = [];
for await (const { data } of chatFrames(words()))
  datas.push(typeof data === 'string' ? data : JSON.stringify(data));
assert.throws(() => JSON.parse(datas.at(-1)!) as unknown, SyntaxError);
show(...datas, 'JSON.parse of the last one: SyntaxError');

part('Last-Event-ID');
const orders = topic<{ type: string; data: { n: number } }>('orders');
const log = new EventLogMemory();
const ids: string[] = [];
log.follow(orders, undefined, ({ id }) => ids.push(id));
for (let n = 1; n <= 5; n += 1) log.publish(orders, { type: 'order', data: { n } });
const missed: number[] = [];
const resumed = log.follow(orders, ids[2], ({ event }) => missed.push(event.data.n));
assert.deepEqual([missed, resumed.hasGap], [[4, 5], false]);
show(`after the third of five: ${missed.join(', ')}`);
const unknown = log.follow(orders, '1-0', () => {});
assert.equal(unknown.hasGap, true);
show('after an id that is too old: a gap, which the client is told of');

part('scaling out: two logs over one stream of Redis, as two processes have');
const ran = await withRedis(async (redis) => {
  const [one, other] = [new EventLogRedis(redis, 'study:events'), new EventLogRedis(redis, 'study:events')];
  const received = await new Promise<number>((resolve) => {
    other.follow(orders, undefined, ({ event }) => resolve(event.data.n));
    one.publish(orders, { type: 'order', data: { n: 42 } }, 'once');
    one.publish(orders, { type: 'order', data: { n: 42 } }, 'once');
  });
  assert.equal(received, 42);
  assert.equal(await redis.xlen('study:events'), 1);
  show('published by one, received by a follower of the other; published twice with one key: one entry');
  await Promise.all([one.close(), other.close()]);
});
if (!ran) notRun('there is no redis-server');

part('cost, 100 clients, 30 events each, both ends in one process');
const [CLIENTS, EVENTS] = [100, 30];
const rows: string[][] = [['transport', 'bytes an event', 'CPU an event', 'heap a client']];
const costs = [];
for (const [name, run] of Object.entries({ polling, sse, webSocket })) {
  // The first run loads what it needs.
  await run(5, 5);
  const cost = await run(CLIENTS, EVENTS);
  costs.push(cost);
  const { bytesPerEvent, cpuMicrosPerEvent, heapPerClient } = cost;
  rows.push([
    name,
    String(Math.round(bytesPerEvent)),
    `${Math.round(cpuMicrosPerEvent)} µs`,
    `${Math.round(heapPerClient / 1024)} KiB`,
  ]);
}
table(rows, measured);
assert.ok(costs[0]!.bytesPerEvent > 2 * costs[1]!.bytesPerEvent);
assert.ok(costs[1]!.bytesPerEvent < 2 * costs[2]!.bytesPerEvent);

part('clients that Node has itself, by release');
showByRelease('`WebSocket: ${typeof WebSocket}; EventSource, without its flag: ${typeof EventSource}`');
