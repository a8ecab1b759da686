import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { DnsServer, type DnsReply } from '#libs/testing';
import { isWhole, missingIn } from '#test/support/load';
import { LyingShop } from '#test/support/lying-shop';
import { passed } from '#test/support/quiet-machine';
import type { RealShop } from '#test/support/real-shop';
import { Row } from '#test/support/row';

jest.setTimeout(120_000);

const PER_SECOND = 60;
const CALLERS = 40;
const FAULT_MS = 4_000;
const NAMES = ['users.test', 'orders.test'];
const PARTS = ['user', 'recentOrders'];

const RIGHT = { address: '127.0.0.1', ttl: 1 };
/** Nothing listens there. */
const REFUSING = { address: '127.0.0.2', ttl: 1 };
/** Connections are accepted there, and nothing is ever sent. */
const SILENT = { address: '127.0.0.3', ttl: 1 };

/** What DNS answers, and whether the gateway has a right address meanwhile. */
const LIES: [string, DnsReply, boolean][] = [
  ['the names do not exist', 'NXDOMAIN', true],
  ['the server fails', 'SERVFAIL', true],
  ['the server is silent', 'SILENT', true],
  ['answers are truncated, and there is no TCP', 'TRUNCATED', true],
  ['answers are malformed', 'MALFORMED', true],
  ['answers have no records', [], true],
  ['a TTL of 0', [{ ...RIGHT, ttl: 0 }], true],
  ['a wrong address beside the right one', [REFUSING, RIGHT], true],
  ['a wrong address, which refuses connections', [REFUSING], false],
  ['a wrong address, which never answers', [SILENT], false],
];

let upstreams: LyingShop;
let dns: DnsServer;
let shop: RealShop;
let callers: { authorization: string }[];
const silent: Server[] = [];

beforeAll(async () => {
  upstreams = await LyingShop.open();
  dns = await DnsServer.start();
  answerWith([RIGHT]);
  const portOf = ({ address }: { address: string }) => Number(address.split(':')[1]);
  for (const upstream of [upstreams.users, upstreams.orders]) {
    const server = createServer((socket) => void socket.on('error', () => {})).listen(
      portOf(upstream),
      SILENT.address,
    );
    await once(server, 'listening');
    silent.push(server);
  }
  shop = await upstreams.gateway({
    USERS_URL: `http://users.test:${portOf(upstreams.users)}`,
    ORDERS_URL: `orders.test:${portOf(upstreams.orders)}`,
    SHEDDING: 'off',
    NODE_OPTIONS: '--import ./test/support/name-server.ts',
    TEST_NAME_SERVER: dns.address,
  });
  callers = Array.from({ length: CALLERS }, (_, index) => shop.access.of(`u${index + 3}`));
  await shop.loadFor(2_000, PER_SECOND, home);
});
afterAll(async () => {
  await shop?.close();
  await upstreams?.close();
  await dns?.stop();
  for (const server of silent) server.close();
});

const home = (index: number) => ({ path: '/v1/home', headers: callers[index % CALLERS]! });

function answerWith(reply: DnsReply): void {
  for (const name of NAMES) dns.set(name, reply);
}

describe('DNS lies about two services', () => {
  it.each(LIES)('%s', async (what, reply, isUsable) => {
    const row = new Row(`DNS: ${what}`);
    const load = shop.load(PER_SECOND, home);
    await passed(500);
    const queriesBefore = dns.questions.length;
    const brokenAt = performance.now();
    answerWith(reply);
    await passed(FAULT_MS);
    const queries = dns.questions.length - queriesBefore;
    answerWith([RIGHT]);
    const healedAt = performance.now();
    await passed(3_500);
    const samples = await load.stop();

    const during = load.between(brokenAt, healedAt);
    row.all('answers 200', samples, ({ status }) => status === 200);
    if (isUsable) row.all('whole', samples, isWhole);
    else {
      row.all('no other part missing', samples, (sample) =>
        missingIn(sample).every((missing) => PARTS.some((part) => missing.startsWith(`${part} `))),
      );
      const missing = during.filter((sample) => !isWhole(sample)).length;
      row.note('some had to do without', 'some', `${missing}`, missing > 0);
    }
    row.upTo('slowest answer', 3_050, Math.max(...samples.map(({ durationMs }) => durationMs)));
    // Two names, two types of records, each again after a second at the earliest; c-ares sends each up to four times.
    row.upTo('queries meanwhile', 4 * 4 * (FAULT_MS / 1_000 + 1), queries, 'queries');
    const lastMissing = samples.filter((sample) => !isWhole(sample)).at(-1);
    row.upTo('whole again after it healed', 3_000, Math.max(0, (lastMissing?.endedAt ?? 0) - healedAt));
    expect(row.missed).toEqual([]);
  });
});
