import { eventually, ownRedisForTests } from '#libs/testing';
import { RealShop } from '#test/support/real-shop';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';

jest.setTimeout(60_000);

const redis = await ownRedisForTests();
const onRedis = 'skip' in redis ? describe.skip : describe;
let shop: RealShop;
let sent = 0;

beforeAll(async () => {
  if ('skip' in redis) return;
  const nowhere = { USERS_URL: 'http://127.0.0.1:1', ORDERS_URL: '127.0.0.1:1', PRODUCTS_URL: '127.0.0.1:1' };
  shop = await RealShop.gatewayAlone({
    WORKERS: '2',
    REDIS_URL: redis.url,
    CACHE: 'on',
    DRAIN_MS: '0',
    ...nowhere,
  });
});
afterAll(async () => {
  await shop?.close();
  if (!('skip' in redis)) await redis.stop();
});

const workers = () => shop.gateway.log.with({ msg: 'worker started' }).map(({ worker }) => worker as number);

/** Each over a connection of its own, so that any worker may get it. */
async function send(times: number): Promise<void> {
  for (let n = 0; n < times; n += 1) {
    const { status } = await fetch(`${shop.url}/livez`, { headers: { connection: 'close' } });
    expect(status).toBe(200);
    sent += 1;
  }
}

const MAX_LOST = 3;

/** A scrape. A connection that is given to a worker which dies or hangs is lost with it: then another, a few times. */
async function scrape(): Promise<string> {
  for (let lost = 0; ; lost += 1) {
    try {
      const signal = AbortSignal.timeout(3_000);
      const answer = await fetch(`${shop.adminUrl}/metrics`, { headers: { connection: 'close' }, signal });
      expect(answer.status).toBe(200);
      return await answer.text();
    } catch (error) {
      const isLost = error instanceof TypeError || (error as Error).name === 'TimeoutError';
      if (!isLost || lost === MAX_LOST) throw error;
    }
  }
}

const valueOf = (text: string, sample: string) =>
  Number(
    text
      .split('\n')
      .find((line) => line.startsWith(`${sample} `))
      ?.slice(sample.length + 1),
  );
const livez = (text: string) =>
  valueOf(text, 'http_request_duration_seconds_count{method="GET",route="/livez",status="200"}');

onRedis('the metrics of two workers', () => {
  it('have gauges that mean what they say: Redis is up once', async () => {
    await eventually(async () => valueOf(await scrape(), 'cache_redis_up') !== 0);
    const text = await scrape();
    expect(valueOf(text, 'cache_redis_up')).toBe(1);
    expect(valueOf(text, 'upstream_addresses{upstream="orders"}')).toBe(1);
    expect(valueOf(text, 'shedding_limit')).toBeGreaterThan(0);
  });

  it('count what both have answered, and keep it when one is killed; scrapes are answered meanwhile', async () => {
    await send(40);
    const before = await scrape();
    expect(livez(before)).toBe(sent);
    const cpu = valueOf(before, 'process_cpu_seconds_total');
    const started = workers().length;
    process.kill(workers().at(-1)!, 'SIGKILL');
    for (let scrapes = 0; scrapes < 20 || workers().length === started; scrapes += 1) {
      const text = await scrape();
      expect(livez(text)).toBe(sent);
      expect(valueOf(text, 'process_cpu_seconds_total')).toBeGreaterThanOrEqual(cpu);
    }
    await send(20);
    expect(livez(await scrape())).toBe(sent);
  });

  it('lose nothing where workers are replaced, though nobody has scraped', async () => {
    await send(20);
    shop.gateway.signal('SIGUSR2');
    await shop.gateway.log.first({ msg: 'workers replaced' });
    expect(livez(await scrape())).toBe(sent);
  });

  it('are shown as they were of a worker that hangs', async () => {
    await send(20);
    expect(livez(await scrape())).toBe(sent);
    const hanging = workers().at(-1)!;
    process.kill(hanging, 'SIGSTOP');
    try {
      expect(livez(await scrape())).toBe(sent);
      expect(valueOf(await scrape(), 'cache_redis_up')).toBe(1);
    } finally {
      process.kill(hanging, 'SIGCONT');
    }
  });
});
