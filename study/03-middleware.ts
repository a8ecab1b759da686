import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { gather, optional, required } from '#libs/gather';
import { Context, pipe, type CallInfo, type Policy } from '#libs/upstream';
import { Pool } from 'undici';
import { compose, type Middleware } from './middleware/compose.ts';
import { FRAMEWORKS, listening, type Running } from './middleware/frameworks.ts';
import { nest } from './middleware/nest.ts';
import { load } from './support/packages.ts';
import { measured, part, show, table } from './support/print.ts';

const newContext = () =>
  new Context({ log: { requestId: 'r1' }, caller: { id: 'u1', scopes: [] }, timeoutMs: 5_000 });
const words: string[] = [];
const log = (word: string) => void words.push(word);
const around =
  (name: string): Middleware<object> =>
  async (_context, next) => {
    log(name);
    await next();
    log(name);
  };

part('compose in twenty lines');
await compose([around('A'), around('B')])({}, () => log('handler'));
assert.equal(words.join('-'), 'A-B-handler-B-A');
show(words.splice(0).join('-'));
const twice: Middleware<object> = async (_context, next) => (await next(), await next());
await assert.rejects(compose([twice])({}), /next\(\) called twice/);
show('a middleware that calls next() twice: Error: next() called twice');
const leaving = new AbortController();
const chain = compose<{ signal?: AbortSignal }>([
  async (_context, next) => (leaving.abort(new Error('the client has left')), next()),
  () => assert.fail('never reached'),
]);
await assert.rejects(chain({ signal: leaving.signal }), /the client has left/);
show('cancelled between A and B: Error: the client has left, and B is not reached');
words.length = 0;

part('the policies of an upstream call are such a chain');
const policy =
  (name: string): Policy =>
  (call) =>
  async (attempt, question) => {
    log(name);
    const answer = await call(attempt, question);
    log(name);
    return answer;
  };
const call = pipe(async () => log('call'), {} as CallInfo, [policy('breaker'), policy('deadline')]);
await call({} as never, undefined);
assert.equal(words.join('-'), 'breaker-deadline-call-deadline-breaker');
show(words.splice(0).join('-'));

part('X-Response-Time has to be set before the head is written');
const timed = await listening(
  createServer((_request, response) => {
    const startedAt = performance.now();
    const { writeHead } = response;
    response.writeHead = (...args: never[]) => {
      response.setHeader('x-response-time', `${(performance.now() - startedAt).toFixed(1)}ms`);
      return Reflect.apply(writeHead, response, args) as typeof response;
    };
    response.once('finish', () => {
      assert.throws(() => response.setHeader('x-too-late', '1'), { code: 'ERR_HTTP_HEADERS_SENT' });
      log('ERR_HTTP_HEADERS_SENT');
    });
    setTimeout(() => response.end('ok'), 10);
  }),
);
const answer = await fetch(timed.url);
assert.match(answer.headers.get('x-response-time')!, /^\d+\.\dms$/);
while (!words.length) await wait(1);
show(`in writeHead: sent; in 'finish': ${words.splice(0).join('')}`);
await timed.close();

/** Three upstreams of 2 ms each, at once. */
const slowly =
  <T>(value: T) =>
  async () => (await wait(2), value);
const home = () =>
  gather(newContext(), {
    user: required(slowly({ name: 'Ada' })),
    recentOrders: optional(slowly([{ id: 'o1' }])),
    recommendations: optional(slowly([{ id: 'p1' }])),
  });

part('order and errors by framework');
const rows: string[][] = [['framework', 'order', 'a handler throws', 'the message is sent']];
const running: [string, Running][] = [];
const contenders = { ...FRAMEWORKS, nest };
for (const [name, start] of Object.entries(contenders)) {
  const own: string[] = [];
  const server = await start({ log: (word) => void own.push(word), home });
  await (await fetch(`${server.url}/`)).text();
  while (!name.startsWith('nest') && own.length < 5) await wait(1);
  const order = own.splice(0).join('-');
  const failed = await fetch(`${server.url}/fail`);
  const body = await failed.text();
  const type = failed.headers.get('content-type')!.split(';')[0]!;
  rows.push([name, order, `${failed.status} ${type}`, body.includes('1234') ? 'yes' : 'no']);
  if (name === 'nest') {
    own.length = 0;
    await (await fetch(`${server.url}/?fail=1`)).text();
    rows.push(['', own.splice(0).join('-'), '', '']);
  }
  running.push([name, server]);
}
table(rows);
assert.deepEqual(
  rows.slice(1, -2).map(([, order]) => order),
  ['A-B-handler-A-B', 'A-B-handler-B-A', 'A-B-handler-A-B', 'A-B-handler-B-A'],
);

part('an async handler throws, in Express 4 and 5');
const outcomes: string[] = [];
for (const [name, version] of [
  ['express-4', 4],
  ['express', 5],
] as const) {
  const app = (await load<any>(name)).default();
  app.set('env', 'test');
  app.get('/', async () => Promise.reject(new Error('nobody awaits it')));
  const server = await listening(createServer(app));
  const leaving = new AbortController();
  const unhandled = once(process, 'unhandledRejection', leaving).then(
    () => 'an unhandled rejection, and no answer',
  );
  const answered = fetch(server.url, leaving).then(({ status }) => `the answer ${status}`);
  const outcome = await Promise.race([unhandled, answered]);
  leaving.abort();
  await Promise.allSettled([unhandled, answered]);
  await server.close();
  outcomes.push(outcome);
  show(`Express ${version}: ${outcome}`);
}
assert.deepEqual(outcomes, ['an unhandled rejection, and no answer', 'the answer 500']);

part('the home page by each: 3 rounds of 200 requests, 32 at once');
const costs = new Map<string, number>();
for (const round of [0, 1, 2, 3])
  for (const [name, { url }] of running) {
    const micros = await microsPerRequest(url);
    // The first round warms up.
    if (round) costs.set(name, (costs.get(name) ?? 0) + micros / 3);
  }
for (const [name, micros] of costs)
  measured(`${name.padEnd(8)} ${Math.round(micros)} µs of CPU a request, client included`);
for (const [, server] of running) await server.close();

/** CPU time of a request to `/home`, that of its client included, in microseconds. */
async function microsPerRequest(url: string): Promise<number> {
  const pool = new Pool(url, { connections: 32 });
  const send = async () => (await pool.request({ path: '/home', method: 'GET' })).body.dump();
  const burst = (count: number) => Promise.all(Array.from({ length: count }, send));
  const before = process.cpuUsage();
  await burst(200);
  const { user, system } = process.cpuUsage(before);
  await pool.close();
  return (user + system) / 200;
}
