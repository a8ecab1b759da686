import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { FileLinks } from '#gateway/files/file-links';
import { PersonalFiles } from '#gateway/files/personal-files';
import { KeySet } from '#gateway/identity/keys/key-set';
import { SigningKey } from '#gateway/identity/keys/signing-key';
import { OrdersFake } from '#gateway/upstreams/orders/orders.fake';
import type { RunningJob } from '#libs/jobs';
import { type ObjectStorage, openObjectStorage } from '#libs/object-storage';
import { aContext, aLine, anOrder } from '#libs/testing';
import { WorkerPool } from '#libs/workers';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { readXlsx } from 'hucre/xlsx';
import { RunYearlyReport } from './run-yearly-report.ts';
import { yearSheets } from './year-sheets.ts';

const folder = mkdtempSync(join(tmpdir(), 'atrium-report-'));
const pool = new WorkerPool({ threads: 1 });
let storage: ObjectStorage;
let links: FileLinks;
let people: PersonalFiles;
beforeAll(async () => {
  storage = await openObjectStorage({ kind: 'file', folder });
  links = new FileLinks(new KeySet(await SigningKey.make('ES256')));
  people = new PersonalFiles(storage);
});
afterAll(async () => {
  await pool.close();
  rmSync(folder, { recursive: true, force: true });
});

const aJob = (year: number): RunningJob<{ year: number }> => ({
  id: 'job-1',
  owner: 'u1',
  attempt: 1,
  origin: {},
  input: { year },
  signal: new AbortController().signal,
  progress: () => {},
});

/** The rows of both sheets of a report. */
async function sheetsOf(url: string) {
  const { key, name } = links.fileOf(url.replace('/v1/files/', ''));
  const object = await storage.stat(key);
  const { sheets } = await readXlsx(await buffer((await storage.read(object!))!));
  return {
    key,
    name,
    type: object!.type,
    sheets: sheets.map((sheet) => ({ name: sheet.name, rows: sheet.rows })),
  };
}

it("the report has the owner's orders of the year, by month and one by one", async () => {
  const lines = [aLine({ name: '=Lamp', quantity: 2 }), aLine({ name: 'Rug' })];
  const at = (placedAt: string) => ({ placedAt, lines, total: { amountMinor: 12_345, currency: 'USD' } });
  const orders = [
    anOrder({ id: 'before', ...at('2024-12-31T23:59:59.999Z') }),
    anOrder({ id: 'first', ...at('2025-01-01T00:00:00.000Z') }),
    anOrder({ id: 'yen', ...at('2025-03-05T10:00:00.000Z'), total: { amountMinor: 5_000, currency: 'JPY' } }),
    anOrder({ id: 'cancelled', ...at('2025-03-06T10:00:00.000Z'), status: 'CANCELLED' }),
    anOrder({ id: 'of-another', ...at('2025-03-07T10:00:00.000Z'), ownerId: 'u3' }),
    anOrder({ id: 'last', ...at('2025-12-31T23:59:59.999Z') }),
    anOrder({ id: 'after', ...at('2026-01-01T00:00:00.000Z') }),
  ];
  const run = new RunYearlyReport(new OrdersFake(orders), pool, storage, people, links);
  const result = await run.run(aContext(), aJob(2025));
  expect(result).toMatchObject({ year: 2025, orders: 4, unreadable: 0 });
  const { key, name, type, sheets } = await sheetsOf(result.url);
  expect([name, type, key.startsWith(people.prefixOf('u1', 'reports'))]).toEqual([
    'orders-2025.xlsx',
    'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    true,
  ]);
  expect(sheets[0]!.name).toBe('2025');
  expect(sheets[0]!.rows.filter((_, row) => [0, 1, 2, 3, 12].includes(row))).toEqual([
    ['Month', 'Orders', 'Cancelled', 'JPY', 'USD'],
    ['January', 1, 0, 0, 123.45],
    ['February', 0, 0, 0, 0],
    ['March', 2, 1, 5_000, 0],
    ['December', 1, 0, 0, 123.45],
  ]);
  expect(sheets[1]!.rows.slice(1).map((row) => [row[0], row[2], row[3], row[4], row[5], row[6]])).toEqual([
    ['first', 'PLACED', 3, 123.45, 'USD', '2 × =Lamp, 1 × Rug'],
    ['yen', 'PLACED', 3, 5_000, 'JPY', '2 × =Lamp, 1 × Rug'],
    ['cancelled', 'CANCELLED', 3, 123.45, 'USD', '2 × =Lamp, 1 × Rug'],
    ['last', 'PLACED', 3, 123.45, 'USD', '2 × =Lamp, 1 × Rug'],
  ]);
});

it('sums of a month are those of its amounts to the last digit, with the decimals of their currency', async () => {
  const amounts = [10, 20];
  const orders = amounts.map((amountMinor, i) =>
    anOrder({ id: `o${i}`, placedAt: '2025-01-01T00:00:00.000Z', total: { amountMinor, currency: 'USD' } }),
  );
  const yen = anOrder({
    id: 'y',
    placedAt: '2025-01-01T00:00:00.000Z',
    total: { amountMinor: 5, currency: 'JPY' },
  });
  const [months, all] = yearSheets(2025, [...orders, yen]);
  expect(months!.rows[0]).toEqual(['January', 3, 0, 5, 0.3]);
  expect(months!.columns.slice(3).map(({ format }) => format)).toEqual(['#,##0', '#,##0.00']);
  expect(all!.columns.find(({ header }) => header === 'Total')!.format).toBe('#,##0.00');
});

it('the report of a second attempt replaces that of the first', async () => {
  const orders = Array.from({ length: 250 }, (_, i) =>
    anOrder({ id: `o${i}`, placedAt: '2025-05-05T00:00:00.000Z' }),
  );
  const upstream = new OrdersFake(orders);
  upstream.unreadable.add('o7');
  const run = new RunYearlyReport(upstream, pool, storage, people, links);
  const [first, second] = [await run.run(aContext(), aJob(2025)), await run.run(aContext(), aJob(2025))];
  expect([first.orders, first.unreadable, second.orders]).toEqual([249, 1, 249]);
  const keys = [];
  for await (const { key } of storage.list(people.prefixOf('u1', 'reports'))) keys.push(key);
  expect(keys).toHaveLength(1);
});

it('the report is made in a thread, sums and rows included', async () => {
  const tasks: string[] = [];
  pool.watch(({ task }) => tasks.push(task));
  const orders = [anOrder({ id: 'o1', placedAt: '2025-05-05T00:00:00.000Z' })];
  const run = new RunYearlyReport(new OrdersFake(orders), pool, storage, people, links);
  await run.run(aContext(), aJob(2025));
  expect(tasks).toEqual(['yearReport']);
});

it('the report of more than 100,000 orders is refused before the rest of them is read', async () => {
  const page = Array.from({ length: 100 }, (_, i) =>
    anOrder({ id: `o${i}`, placedAt: '2025-05-05T00:00:00.000Z' }),
  );
  let pages = 0;
  class EndlessOrders extends OrdersFake {
    override async list() {
      pages += 1;
      return { orders: page, cursors: [], nextCursor: 'more' };
    }
  }
  const run = new RunYearlyReport(new EndlessOrders([]), pool, storage, people, links);
  await expect(run.run(aContext(), aJob(2025))).rejects.toMatchObject({ code: 'PAYLOAD_TOO_LARGE' });
  expect(pages).toBe(1_001);
});
