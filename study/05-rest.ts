import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { Idempotency } from '#gateway/edge/idempotency/idempotency';
import { IdempotencyKeysMemory } from '#gateway/edge/idempotency/idempotency-keys.memory';
import { spend } from '#gateway/edge/limits/gcra';
import { versionedUrl, versions } from '#gateway/edge/versions/versions';
import { ListOrders, ListOrdersQuestion } from '#gateway/features/orders/list-orders';
import { OrderView } from '#gateway/features/orders/order.view';
import { OrdersFake } from '#gateway/upstreams/orders/orders.fake';
import { ProductsFake } from '#gateway/upstreams/products/products.fake';
import { catalogue, type GatewayError } from '#libs/errors';
import { createLogger } from '#libs/observe';
import { Context, DetachedWork } from '#libs/upstream';
import { check, wholeView } from '#libs/view';
import { part, show, table } from './support/print.ts';
import { showByRelease } from './support/releases.ts';
import { FixedWindow, LeakyBucket, type RateLimiter, TokenBucket } from './rest/buckets.ts';

part('statuses, from the catalogue of the gateway');
const codes = [
  'BAD_REQUEST',
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'NOT_FOUND',
  'CONFLICT',
  'VALIDATION_FAILED',
] as const;
const more = ['RATE_LIMITED', 'UPSTREAM_UNAVAILABLE', 'OVERLOADED', 'UPSTREAM_TIMEOUT'] as const;
table([...codes, ...more].map((code) => [catalogue[code].status, code]));

part('a version by path, header or media type: one path after all');
const server = {} as Parameters<typeof versionedUrl>[0];
versions({ server }).onRoute({ url: '/v1/home' } as never);
const routed = (url: string, headers: object = {}) => versionedUrl(server, { url, headers } as never);
const paths = [
  routed('/v1/home'),
  routed('/home'),
  routed('/home', { 'accept-version': '1' }),
  routed('/home', { accept: 'application/json;version=1' }),
];
assert.deepEqual(new Set(paths), new Set(['/v1/home']));
show(paths.join(', '));

part('pages by number beside pages by cursor, while a row is added');
const db = new DatabaseSync(':memory:');
db.exec('create table orders (id integer primary key)');
const add = db.prepare('insert into orders values (?)');
for (let id = 1; id <= 6; id += 1) add.run(id);
const idsOf = (rows: unknown[]) => rows.map((row) => (row as { id: number }).id);
const byNumber = (page: number) =>
  idsOf(db.prepare('select id from orders order by id desc limit 3 offset ?').all((page - 1) * 3));
const byCursor = (after: number) =>
  idsOf(db.prepare('select id from orders where id < ? order by id desc limit 3').all(after));
const [first, start] = [byNumber(1), byCursor(Infinity)];
add.run(7);
const [second, next] = [byNumber(2), byCursor(start.at(-1)!)];
assert.ok(first.some((id) => second.includes(id)));
assert.deepEqual([...start, ...next], [6, 5, 4, 3, 2, 1]);
show(
  `by number: ${first.join(' ')} | ${second.join(' ')}  (4 comes twice)`,
  `by cursor: ${start.join(' ')} | ${next.join(' ')}`,
);
const planOf = (sql: string) => (db.prepare(`explain query plan ${sql}`).all() as { detail: string }[])[0]!.detail;
assert.match(planOf('select id from orders where id < 5 order by id desc limit 3'), /^SEARCH/);
show(
  `offset: ${planOf('select id from orders order by id desc limit 3 offset 3')}; cursor: ${planOf('select id from orders where id < 5 order by id desc limit 3')}`,
);

part('the list of orders of the gateway, while an order is placed');
const newContext = () =>
  new Context({ log: { requestId: 'r1' }, caller: { id: 'u1', scopes: [] }, timeoutMs: 5_000 });
const total = { amountMinor: 1_000, currency: 'USD' };
const order = (n: number) => ({
  id: `o${n}`,
  ownerId: 'u1',
  status: 'PLACED' as const,
  total,
  lines: [],
  reservationId: '',
  placedAt: `2026-01-0${n}T00:00:00Z`,
});
const placed = new OrdersFake([1, 2, 3, 4, 5, 6].map(order));
const listOrders = new ListOrders(placed, new ProductsFake([]));
const listed: string[] = [];
let after: string | undefined;
do {
  const question = check(ListOrdersQuestion.schema, { first: 3, ...(after && { after }) });
  const { items, nextCursor } = await listOrders.run(newContext(), question, wholeView(OrderView));
  listed.push(items.map(({ id }) => id).join(' '));
  placed.orders.push(order(7));
  after = nextCursor ?? undefined;
} while (after);
assert.deepEqual(listed, ['o6 o5 o4', 'o3 o2 o1']);
show(`by its cursor: ${listed.join(' | ')}`);

part('token bucket and leaky bucket behind one interface: 5 at most, one each 100 ms');
const arrivals = [...Array.from({ length: 8 }, () => 0), 300, 300, 300, 900];
const line = (times: readonly number[]) => {
  const counts = Array.from({ length: 11 }, (_, n) => times.filter((time) => Math.floor(time / 100) === n).length);
  return counts.map((count) => (count || '.').toString()).join(' ');
};
show(`            each column is 100 ms`, `arrivals    ${line(arrivals)}`);
const limiters: Record<string, RateLimiter> = { token: new TokenBucket(5, 100), leaky: new LeakyBucket(5, 100) };
for (const [name, limiter] of Object.entries(limiters)) {
  const passed = arrivals.map((at) => limiter.passesAt(at)).filter((at) => at !== undefined);
  show(`${name} bucket${line(passed).padStart(22)}   ${arrivals.length - passed.length} refused`);
}

const window = new FixedWindow(100, 1_000);
const around = [990, 1_000].flatMap((at) => Array.from({ length: 100 }, () => window.passesAt(at)));
const passedAround = around.filter((at) => at !== undefined).length;
assert.equal(passedAround, 200);
show(`a fixed window of 100 a second, around its end: ${passedAround} pass within 10 ms`);

part("GCRA, the gateway's limiter, is a token bucket that stores one number");
const bucket = new TokenBucket(5, 100);
let fullAt: number | undefined;
let now = 0;
let same = 0;
for (let n = 0; n < 10_000; n += 1) {
  now += (n * 7919) % 190;
  const [spent, after] = spend(fullAt, now, 1, { limit: 5, windowMs: 500 });
  fullAt = after;
  if (spent.isAllowed === (bucket.passesAt(now) !== undefined)) same += 1;
}
assert.equal(same, 10_000);
show(`decisions that are the same as those of the token bucket: ${same} of 10000`);

part('idempotency: a key, and a fingerprint of what it was used for');
const logger = createLogger('study', 'fatal', { write: () => undefined });
const idempotency = new Idempotency(new IdempotencyKeysMemory(), new DetachedWork(), logger);
let orders = 0;
const post = (key: string, body: object): Promise<string> =>
  idempotency
    .run(newContext(), key, body, async () => {
      await Promise.resolve();
      return `201 order ${++orders}`;
    })
    .catch(({ status, code }: GatewayError) => `${status} ${code}`);
const [one, two] = await Promise.all([post('k', { a: 1, b: 2 }), post('k', { a: 1, b: 2 })]);
const answers = [one, two, await post('k', { b: 2, a: 1 }), await post('k', { a: 2 })];
assert.equal(orders, 1);
assert.deepEqual(answers, ['201 order 1', '409 IDEMPOTENCY_IN_FLIGHT', '201 order 1', '422 IDEMPOTENCY_MISMATCH']);
show(...answers);

part('URLPattern, which matches the paths of an API, by release of Node');
showByRelease('typeof URLPattern');
