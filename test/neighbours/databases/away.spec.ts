import { type DatabaseServer, findPostgres, startMariadb, startPostgres } from '#libs/testing';
import { describeWith } from '#test/support/neighbours/describe-with';
import { passed } from '#test/support/quiet-machine';
import { RealShop } from '#test/support/real-shop';
import { describe, expect, it, jest } from '@jest/globals';
import { programs } from './programs.ts';

jest.setTimeout(300_000);

const JSON_BODY = { 'content-type': 'application/json' };

/** Every operation of the services, through the gateway; what is read is not in its cache. */
function operations(shop: RealShop, run: string) {
  const send = (method: string, path: string, body?: object) => () =>
    fetch(shop.url + path, {
      method,
      headers: {
        ...shop.access.of('u1'),
        ...(body && JSON_BODY),
        ...(path === '/v1/orders' && { 'idempotency-key': run }),
      },
      body: body && JSON.stringify(body),
    });
  const account = { email: `${run}@example.com`, password: 'a-long-enough-phrase' };
  return {
    'users: register': send('POST', '/v1/auth/register', { name: 'Sol', ...account }),
    'users: log in': send('POST', '/v1/auth/login', {
      email: 'ada@example.com',
      password: 'analytical-engine',
    }),
    'users: read': send('GET', '/v1/me'),
    'users: change': send('PATCH', '/v1/me', { name: 'Ada Lovelace' }),
    'orders: list': send('GET', `/v1/orders?first=${run.length}`),
    'orders: read': send('GET', '/v1/orders/o1'),
    'orders: place': send('POST', '/v1/orders', { lines: [{ productId: 'p1', quantity: 1 }] }),
    'orders: cancel': send('POST', '/v1/orders/o1/cancel'),
    'products: search': send('GET', `/v1/products?search=${run}`),
    'products: read': send('GET', '/v1/products/p17'),
  };
}

interface Answer {
  status: number;
  code?: string;
  retryAfter: number;
}

async function answers(shop: RealShop, run: string): Promise<Record<string, Answer>> {
  const all = Object.entries(operations(shop, run)).map(async ([name, send]) => {
    const answer = await send();
    const { code } = (await answer.json()) as { code?: string };
    return [name, { status: answer.status, code, retryAfter: Number(answer.headers.get('retry-after')) }] as const;
  });
  return Object.fromEntries(await Promise.all(all));
}

const isRight = ({ status, code = '', retryAfter }: Answer) =>
  status === 503 && ['OVERLOADED', 'CIRCUIT_OPEN'].includes(code) && retryAfter >= 1;
const isWell = ({ status }: Answer) => status < 500;
const others = (given: Record<string, Answer>, is: (answer: Answer) => boolean) =>
  Object.entries(given).filter(([, answer]) => !is(answer));

/** Resolves once every operation is answered: after a start, and after an outage, breakers take a moment to close. */
async function isWellAgain(shop: RealShop, name: string): Promise<void> {
  for (let run = 1; others(await answers(shop, `${name}${run}`), isWell).length; run += 1) await passed(500);
}

async function answersWhileAway(server: DatabaseServer, databaseUrl: string): Promise<void> {
  const shop = await RealShop.open(async () => ({}), { DATABASE_URL: databaseUrl });
  try {
    await isWellAgain(shop, 'before');
    await server.kill();
    // The first find lost connections, and on a busy machine one may find out too late for its try.
    let wrong = others(await answers(shop, 'away1'), isRight);
    for (let run = 2; wrong.length; run += 1) {
      expect(wrong.filter(([, { code }]) => code !== 'UPSTREAM_TIMEOUT')).toEqual([]);
      wrong = others(await answers(shop, `away${run}`), isRight);
    }
    await server.start();
    await isWellAgain(shop, 'after');
  } finally {
    await shop.close();
  }
}

const binaries = findPostgres();
const withPostgres = binaries ? describe : describe.skip;

withPostgres(`PostgreSQL that is away${binaries ? '' : ' (no PostgreSQL on this machine)'}`, () => {
  it('is answered 503 with Retry-After by every operation, and all work again once it is back', async () => {
    const server = await startPostgres(binaries!);
    try {
      await answersWhileAway(server, server.url);
    } finally {
      await server.stop();
    }
  });
});

describeWith(programs.quick, 'MariaDB that is away', () => {
  it('is answered 503 with Retry-After by every operation, and all work again once it is back', async () => {
    const server = await startMariadb();
    try {
      await answersWhileAway(server, `${server.url}/shop`);
    } finally {
      await server.stop();
    }
  });
});
