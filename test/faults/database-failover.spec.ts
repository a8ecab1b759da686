import { randomUUID } from 'node:crypto';
import { setTimeout as passed } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { FaultProxy, type PostgresPair, postgresPairForTests } from '#libs/testing';
import { RealShop } from '#test/support/real-shop';
import { Row } from '#test/support/row';

jest.setTimeout(240_000);

const CUSTOMERS = 8;
const PRODUCTS = 60;
/** So many orders are confirmed before the primary is killed, and afterwards. */
const ORDERS = 40;
const MAX_WAIT_MS = 60_000;
/** How long nobody has noticed that the primary is dead. */
const UNNOTICED_MS = 2_000;
const RETRY_MS = 200;

const pair = await postgresPairForTests();
const onPostgres = pair ? describe : describe.skip;

let proxy: FaultProxy;
let shop: RealShop;
let isOver = false;
const { primary, standby, ...database } = (pair ?? {}) as PostgresPair;

beforeAll(async () => {
  if (!pair) return;
  proxy = await FaultProxy.open({ target: primary });
  shop = await RealShop.open(async () => ({ SHEDDING: 'off' }), {
    DATABASE_URL: `postgres://postgres@${proxy.address}/postgres`,
  });
});
afterAll(async () => {
  isOver = true;
  await shop?.close();
  await proxy?.close();
  await database.stop?.();
});

/** An order that was confirmed, and how often it had to be sent. */
interface Confirmed {
  id: string;
  customer: string;
  tries: number;
  at: number;
}

/** Places orders one after the other, each with its key again and again until there is an answer. */
async function customer(n: number, confirmed: Confirmed[], answers: string[]): Promise<void> {
  const id = `u${n + 3}`;
  for (let turn = 0; !isOver; turn += 1) {
    const headers = {
      ...shop.access.of(id),
      'content-type': 'application/json',
      'idempotency-key': `"${randomUUID()}"`,
    };
    const productId = `p${1 + ((turn * CUSTOMERS + n) % PRODUCTS)}`;
    const body = JSON.stringify({ lines: [{ productId, quantity: 1 }] });
    for (let tries = 1; ; tries += 1) {
      const response = await fetch(`${shop.url}/v1/orders`, { method: 'POST', headers, body });
      const answer = (await response.json()) as { id: string; code?: string };
      answers.push(`${response.status} ${answer.code ?? ''}`.trim());
      if (response.status === 201 || response.status === 200)
        confirmed.push({ id: answer.id, customer: id, tries, at: performance.now() });
      // Anything else is no answer yet: an earlier try may be under way.
      if (response.status < 300 || answer.code === 'OUT_OF_STOCK') break;
      await passed(RETRY_MS);
    }
    await passed(50);
  }
}

/** The ids of all orders of a customer. */
async function ordersOf(id: string): Promise<string[]> {
  const response = await fetch(`${shop.url}/v1/orders/export`, {
    headers: { ...shop.access.of(id), accept: 'application/x-ndjson' },
  });
  const lines = (await response.text()).trim().split('\n');
  return lines.map((line) => JSON.parse(line) as { id?: string }).flatMap((row) => row.id ?? []);
}

onPostgres('PostgreSQL', () => {
  it('is killed, and its address moves to the promoted standby', async () => {
    const row = new Row('PostgreSQL killed, its standby promoted');
    const customers = Array.from({ length: CUSTOMERS }, (_, n) => `u${n + 3}`);
    const before = new Set((await Promise.all(customers.map(ordersOf))).flat());
    const confirmed: Confirmed[] = [];
    const answers: string[] = [];
    const running = customers.map((_, n) => customer(n, confirmed, answers));
    while (confirmed.length < ORDERS) await passed(20);
    await database.killPrimary();
    await passed(UNNOTICED_MS);
    await database.promote();
    proxy.moveTo(standby);
    const movedAt = performance.now();
    while (confirmed.filter(({ at }) => at > movedAt).length < ORDERS && performance.now() - movedAt < MAX_WAIT_MS)
      await passed(20);
    isOver = true;
    await Promise.all(running);
    const after = (await Promise.all(customers.map(ordersOf))).flat();
    const placed = after.filter((id) => !before.has(id));

    const unknown = placed.length - new Set(confirmed.map(({ id }) => id)).size;
    const firstAfter = confirmed.find(({ at }) => at > movedAt)?.at ?? Infinity;
    const repeated = confirmed.filter(({ tries }) => tries > 1).length;
    row.all('confirmed orders are there', confirmed, ({ id }) => placed.includes(id));
    row.note('orders that no client received, or placed twice', '0', `${unknown}`, unknown === 0);
    row.note('orders that were sent more than once', 'some', `${repeated}`, repeated > 0);
    const kinds = Object.entries(Object.groupBy(answers, (answer) => answer));
    const counted = kinds.map(([answer, all]) => `${answer}: ${all!.length}`).join(', ');
    row.note('no answer is 500', 'none', counted, !answers.some((answer) => answer.startsWith('500')));
    row.upTo('the first order confirmed after the move', 2_000, firstAfter - movedAt);
    expect(row.missed).toEqual([]);
  });
});
