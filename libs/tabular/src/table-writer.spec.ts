import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { text } from 'node:stream/consumers';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { CsvWriter } from './csv-writer.ts';
import { JsonArrayWriter } from './json-array-writer.ts';
import { NdjsonWriter } from './ndjson-writer.ts';
import type { Table } from './table.ts';
import type { TableWriter } from './table-writer.ts';

interface Book {
  id: string;
  title: string;
}

const books: Table<Book> = {
  name: 'books',
  columns: [
    { name: 'id', value: ({ id }) => id },
    { name: 'title', value: ({ title }) => title },
  ],
  record: (book) => book,
  cursor: ({ id }) => id,
};
const shelf = [
  [{ id: 'b1', title: 'A, B' }],
  [
    { id: 'b2', title: '=C' },
    { id: 'b3', title: 'D' },
  ],
];

const written = (writer: TableWriter<Book>, batches: Book[][]) => text(Readable.from(batches).pipe(writer));

describe('the rows of a table', () => {
  it('are written as CSV, with the header if there are none, too', async () => {
    expect(await written(new CsvWriter(books), shelf)).toBe('id,title\r\nb1,"A, B"\r\nb2,\'=C\r\nb3,D\r\n');
    expect(await written(new CsvWriter(books), [])).toBe('id,title\r\n');
  });

  it.each([[shelf], [[]]])('are written as a JSON array: %j', async (batches) => {
    expect(JSON.parse(await written(new JsonArrayWriter(books), batches))).toEqual(batches.flat());
  });

  it('are written as NDJSON, with their number and the cursor at the end', async () => {
    const lines = (await written(new NdjsonWriter(books), shelf)).split('\n');
    expect(lines.pop()).toBe('');
    const records = lines.map((line) => JSON.parse(line) as object);
    expect(records).toEqual([...shelf.flat(), { end: true, rows: 3, cursor: 'b3' }]);
    expect(await written(new NdjsonWriter(books), [])).toBe('{"end":true,"rows":0,"cursor":null}\n');
  });

  it('end in NDJSON with the error if there was one', async () => {
    const writer = new NdjsonWriter(books);
    writer.write(shelf[0]);
    writer.fail({ code: 'UPSTREAM_UNAVAILABLE' });
    writer.end();
    const last = (await text(writer)).trim().split('\n').at(-1)!;
    expect(JSON.parse(last)).toEqual({
      end: false,
      rows: 1,
      cursor: 'b1',
      error: { code: 'UPSTREAM_UNAVAILABLE' },
    });
  });

  it.each([
    ['CSV', () => new CsvWriter(books)],
    ['a JSON array', () => new JsonArrayWriter(books)],
    ['NDJSON', () => new NdjsonWriter(books)],
  ])('are taken from their source as %s is read', async (_, make) => {
    let taken = 0;
    const batch = Array.from({ length: 100 }, (__, n) => ({ id: `b${n}`, title: 'x'.repeat(1_000) }));
    function* source() {
      for (taken = 0; taken < 1_000; taken += 1) yield batch;
    }
    const writer = make();
    const over = pipeline(Readable.from(source(), { highWaterMark: 1 }), writer).catch((error: unknown) => error);
    for (let turn = 0; turn < 100; turn += 1) await nextTurn();
    expect(taken).toBeLessThanOrEqual(4);
    writer.destroy();
    await over;
    expect(taken).toBeLessThanOrEqual(4);
  });

  it('fail with the row that cannot be written', async () => {
    const faulty = { ...books, record: () => ({ size: 1n }) };
    await expect(written(new NdjsonWriter(faulty), shelf)).rejects.toThrow(/BigInt/);
  });
});
