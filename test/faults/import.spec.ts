import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { untilJob } from '#test/support/jobs/until-job';
import { RealShop } from '#test/support/real-shop';
import { Row } from '#test/support/row';

jest.setTimeout(120_000);

const ROWS = 40_000;
/** After what share of the file a process is killed. */
const SHARES = [0.2, 0.5, 0.8];

interface Job {
  id: string;
  state: string;
  attempt: number;
  isEnded: boolean;
  progress: { done: number; total: number } | null;
  result: { accepted: number; created: number; updated: number; rejected: number } | null;
}

let shop: RealShop;
beforeAll(async () => {
  shop = await RealShop.open(async () => ({ JOBS_LEASE_MS: '2000' }));
});
afterAll(() => shop?.close());

const rowsOf = (category: string) =>
  Array.from({ length: ROWS }, (_, i) => {
    const price = { amountMinor: i, currency: 'EUR' };
    return JSON.stringify({ id: `${category}-${i}`, name: `Lamp ${i}`, category, price, available: 7 });
  }).join('\n');

async function add(category: string): Promise<Job> {
  const headers = { ...shop.access.admin, 'content-type': 'application/x-ndjson' };
  const answer = await fetch(`${shop.url}/v1/products/import`, {
    method: 'POST',
    body: rowsOf(category),
    headers,
  });
  expect(answer.status).toBe(202);
  return (await answer.json()) as Job;
}

const until = (id: string, isSo: (job: Job) => boolean) => untilJob(shop, id, isSo);

const hasDone = (share: number) => (job: Job) =>
  job.isEnded || (job.progress !== null && job.progress.done >= share * job.progress.total);

async function total(category: string): Promise<number> {
  const answer = await fetch(`${shop.url}/v1/products?category=${category}&pageSize=1`);
  return ((await answer.json()) as { total: number }).total;
}

describe.each(['gateway', 'products'] as const)('%s killed during an import', (name) => {
  it.each(SHARES)('after %d of the file: nothing is lost or doubled', async (share) => {
    const row = new Row(`${name} killed during an import, after ${share * 100} %`);
    const category = `${name}${share * 100}`;
    const { id } = await add(category);
    const before = await until(id, hasDone(share));
    expect(before.state).toBe('RUNNING');
    await shop.processes.get(name)!.end('SIGKILL');
    await (name === 'gateway' ? shop.restartGateway() : shop.start(name));
    const { state, result, attempt } = await until(id, ({ isEnded }) => isEnded);
    row.note('the job completes', 'COMPLETED', `${state}, attempt ${attempt}`, state === 'COMPLETED');
    row.note('rows accepted', `${ROWS}`, `${result?.accepted}`, result?.accepted === ROWS);
    row.note('products created, none twice', `${ROWS}`, `${result?.created}`, result?.created === ROWS);
    const found = await total(category);
    row.note('products in the catalogue', `${ROWS}`, `${found}`, found === ROWS);
    expect(row.missed).toEqual([]);
  });
});
