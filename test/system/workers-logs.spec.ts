import { ownRedisForTests } from '#libs/testing';
import { RealShop } from '#test/support/real-shop';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';

jest.setTimeout(60_000);

const redis = await ownRedisForTests();
const onRedis = 'skip' in redis ? describe.skip : describe;
let shop: RealShop;

beforeAll(async () => {
  if ('skip' in redis) return;
  const nowhere = { USERS_URL: 'http://127.0.0.1:1', ORDERS_URL: '127.0.0.1:1', PRODUCTS_URL: '127.0.0.1:1' };
  shop = await RealShop.gatewayAlone({ WORKERS: '2', REDIS_URL: redis.url, DRAIN_MS: '0', ...nowhere });
});
afterAll(async () => {
  await shop?.close();
  if (!('skip' in redis)) await redis.stop();
});

const workers = () => shop.gateway.log.with({ msg: 'worker started' }).map(({ worker }) => worker as number);

/** Over a connection of its own, so that any worker may get it. */
async function levels(body?: object): Promise<Record<string, string>> {
  const answer = await fetch(`${shop.adminUrl}/admin/log-level`, {
    method: body ? 'PUT' : 'GET',
    headers: { connection: 'close', 'content-type': 'application/json', ...shop.access.of('u2', 'admin') },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  expect(answer.status).toBe(200);
  const { loggers } = (await answer.json()) as { loggers: { logger: string; level: string }[] };
  return Object.fromEntries(loggers.map(({ logger, level }) => [logger, level]));
}

/** Whether as many answers in a row as both workers together give all have a level. */
async function untilAllHave(level: string): Promise<void> {
  for (let inARow = 0; inARow < 12;) inARow = (await levels())['access'] === level ? inARow + 1 : 0;
}

onRedis('a line of a worker', () => {
  it('has its process id, by which the first process calls it, too', async () => {
    await levels();
    const { worker } = await shop.gateway.log.first({ msg: 'request', route: '/admin/log-level' });
    expect(workers()).toContain(worker);
    expect(shop.gateway.log.with({ msg: 'worker started' })[0]).not.toHaveProperty('pid');
  });
});

onRedis('a level that an operator sets', () => {
  it('is that of all workers, and of one that starts later, and not of the other loggers', async () => {
    const { access, gateway } = await levels({ logger: 'access', level: 'error', forSeconds: 600 });
    expect({ access, gateway }).toEqual({ access: 'error', gateway: 'info' });
    await untilAllHave('error');
    const started = workers().length;
    process.kill(workers().at(-1)!, 'SIGKILL');
    while (workers().length === started)
      await shop.gateway.log
        .first({ msg: 'worker started', worker: workers().at(-1) })
        .then(() => new Promise(setImmediate));
    await untilAllHave('error');
    await levels({ logger: 'access', level: 'info', forSeconds: 600 });
    await untilAllHave('info');
  });
});
