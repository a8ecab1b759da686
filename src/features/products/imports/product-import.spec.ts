import type { ImportedProduct } from '#gateway/upstreams/products/products.port';
import type { CheckedRow } from '#libs/rows';
import { describe, expect, it } from '@jest/globals';
import { BATCH, ProductImport } from './product-import.ts';

/** The limit of a job's result, in characters. */
const MAX_RESULT = 262_144;

type Row = CheckedRow<ImportedProduct>;

const product = (id: string): ImportedProduct => ({
  id,
  name: 'Lamp',
  description: '',
  category: 'lamps',
  available: 1,
  imageUrl: null,
  price: { amountMinor: 1, currency: 'EUR' },
});
const good = (id: string, line = 1): Row => ({ line, value: product(id) });
const bad = (line: number, count = 1): Row => ({
  line,
  problems: Array.from({ length: count }, () => ({ line, column: 'name', reason: 'x'.repeat(300) })),
});

async function* each(rows: Row[]) {
  // Pieces of a file have any number of rows.
  for (let at = 0, size = 1; at < rows.length; at += size++) yield rows.slice(at, at + size);
}

/** Runs an import. @returns the ids of each batch, the report and the lines of rejected rows */
async function imported(rows: Row[]) {
  const batches: string[][] = [];
  const run = new ProductImport(async (batch, products) => {
    expect(batch).toBe(batches.length);
    batches.push(products.map(({ id }) => id));
    return { created: products.length, updated: 0 };
  });
  const lines: object[] = [];
  for await (const some of run.rejections(each(rows)))
    lines.push(
      ...some
        .toString()
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as object),
    );
  return { batches, report: run.report, lines };
}

describe('an import of rows', () => {
  it('writes batches of 200, the last one with what is left', async () => {
    const rows = Array.from({ length: 2 * BATCH + 1 }, (_, i) => good(`p${i}`, i + 2));
    const { batches, report } = await imported(rows);
    expect(batches.map(({ length }) => length)).toEqual([BATCH, BATCH, 1]);
    expect(report).toMatchObject({ accepted: 401, created: 401, rejected: 0 });
  });

  it('has each id once a batch, and the same batches each time', async () => {
    const rows = [good('a'), bad(3), good('b'), good('a'), good('a'), good('c')];
    const first = await imported(rows);
    expect(first.batches).toEqual([['a', 'b'], ['a'], ['a', 'c']]);
    expect((await imported(rows)).batches).toEqual(first.batches);
  });

  it('counts rows, and keeps the first thousand problems, each with a reason of at most 150 characters', async () => {
    const { report, lines, batches } = await imported(Array.from({ length: 800 }, (_, i) => bad(i + 2, 2)));
    expect([report.rejected, report.rejectedRows.length, lines.length, batches.length]).toEqual([
      800, 1_000, 1_600, 0,
    ]);
    expect(report.rejectedRows[0]).toEqual({ line: 2, column: 'name', reason: 'x'.repeat(150) });
    expect(JSON.stringify(report).length).toBeLessThan(MAX_RESULT);
  });

  it('fails as the write does, and writes nothing after it', async () => {
    let writes = 0;
    const run = new ProductImport(() => {
      writes += 1;
      return Promise.reject(new Error('the service is away'));
    });
    const reading = async () => {
      for await (const _ of run.rejections(each([good('a'), good('a'), good('a')])));
    };
    await expect(reading()).rejects.toThrow('the service is away');
    expect([writes, run.report.accepted]).toEqual([1, 0]);
  });
});
