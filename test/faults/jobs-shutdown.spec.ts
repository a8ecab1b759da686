import { isAlive, ownRedisForTests } from '#libs/testing';
import { untilJob } from '#test/support/jobs/until-job';
import { RealShop } from '#test/support/real-shop';
import { Row } from '#test/support/row';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';

jest.setTimeout(180_000);

const ROWS = 40_000;

interface Job {
  id: string;
  state: string;
  isEnded: boolean;
  progress: { done: number } | null;
  result: { accepted: number; created: number } | null;
}

const redis = await ownRedisForTests();
const onRedis = 'skip' in redis ? describe.skip : describe;
let shop: RealShop;

beforeAll(async () => {
  if ('skip' in redis) return;
  shop = await RealShop.open(async () => ({ WORKERS: '2', REDIS_URL: redis.url, JOBS_LEASE_MS: '2000' }));
});
afterAll(async () => {
  await shop?.close();
  if (!('skip' in redis)) await redis.stop();
});

const until = (id: string, isSo: (job: Job) => boolean) => untilJob(shop, id, isSo);

onRedis('SIGTERM to a gateway of two workers while a job runs', () => {
  it('ends all of them in time, and the job goes on at the next gateway', async () => {
    const row = new Row('SIGTERM with WORKERS=2 during an import');
    const rows = Array.from({ length: ROWS }, (_, i) => {
      const price = { amountMinor: i, currency: 'EUR' };
      return JSON.stringify({ id: `stop-${i}`, name: `Lamp ${i}`, category: 'stop', price, available: 7 });
    });
    const added = await fetch(`${shop.url}/v1/products/import`, {
      method: 'POST',
      body: rows.join('\n'),
      headers: { ...shop.access.admin, 'content-type': 'application/x-ndjson' },
    });
    const { id } = (await added.json()) as Job;
    const { state: before } = await until(id, ({ isEnded, progress }) => isEnded || (progress?.done ?? 0) > 0);
    row.note('the job at SIGTERM', 'RUNNING', before, before === 'RUNNING');

    const workers = shop.gateway.log.with({ msg: 'worker started' }).map(({ worker }) => worker as number);
    // What the upstream does not answer cannot end in the time of grace.
    shop.processes.get('products')!.signal('SIGSTOP');
    const exitCode = await shop.gateway.end('SIGTERM');
    row.note('the exit code', '0', `${exitCode}`, exitCode === 0);
    const left = workers.filter(isAlive).length;
    row.note('workers left', '0', `${left}`, left === 0);
    // The call has no answer: its attempt ends by its timeout, or by the end of the grace, whichever is first.
    const ended = shop.gateway.log
      .with({ jobId: id })
      .filter(({ msg }) => msg === 'job interrupted' || msg === 'job attempt failed').length;
    row.note('its attempt ended', 'once', `${ended} times`, ended === 1);

    shop.processes.get('products')!.signal('SIGCONT');
    await shop.restartGateway();
    const { state, result } = await until(id, ({ isEnded }) => isEnded);
    row.note('the job completes', 'COMPLETED', state, state === 'COMPLETED');
    row.note('rows accepted', `${ROWS}`, `${result?.accepted}`, result?.accepted === ROWS);
    row.note('products created, none twice', `${ROWS}`, `${result?.created}`, result?.created === ROWS);
    expect(row.missed).toEqual([]);
  });
});
