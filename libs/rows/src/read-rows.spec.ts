import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { readRows, type RowFile } from './read-rows.ts';
import type { RowFormat } from './row.ts';

const schema = z.strictObject({
  id: z.string().max(5),
  note: z.string().default(''),
  price: z.strictObject({ amount: z.int().min(0), currency: z.string().length(3) }),
});
const file = (format: RowFormat): RowFile<typeof schema> => ({
  format,
  schema,
  columns: { id: 'text', note: 'text', 'price.amount': 'number', 'price.currency': 'text' },
  required: ['id', 'price.amount', 'price.currency'],
});
const HEADER = 'id,note,price.amount,price.currency\n';

async function* inChunks(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function rowsOf(format: RowFormat, content: string | Buffer, chunk = 7) {
  const rows = [];
  for await (const batch of readRows(inChunks(Buffer.from(content), chunk), file(format))) rows.push(...batch);
  return rows;
}
const csv = (content: string | Buffer, chunk?: number) => rowsOf('csv', content, chunk);
const ndjson = (content: string | Buffer, chunk?: number) => rowsOf('ndjson', content, chunk);

const refusal = (code: string, field: string, message: string | RegExp) => ({
  code,
  errors: [{ field, message: expect.stringMatching(message) }],
});
const a = { id: 'a', note: 'x', price: { amount: 5, currency: 'EUR' } };

describe('a CSV file', () => {
  it('has rows of nested objects, with numbers, by the names of its header in any order', async () => {
    expect(await csv('price.currency,id,price.amount,note\nEUR,a,5,x\n')).toEqual([{ line: 2, value: a }]);
    expect(await csv('id,price.amount,price.currency\na,5,EUR')).toEqual([{ line: 2, value: { ...a, note: '' } }]);
  });

  it.each([1, 2, 3, 1_000])(
    'may have a BOM, quotes, CRLF in fields and empty lines, in chunks of %d',
    async (chunk) => {
      const content = `\uFEFF"id",note,price.amount,price.currency\r\na,x,5,EUR\r\n\r\nb,"ä ""1""\r\n2",5,EUR\r\nc,,5,EUR\r\n`;
      const rows = await csv(content, chunk);
      expect(rows.map((row) => ('value' in row ? [row.line, row.value.id, row.value.note] : row))).toEqual([
        [2, 'a', 'x'],
        [4, 'b', 'ä "1"\r\n2'],
        [6, 'c', ''],
      ]);
    },
  );

  it('tells all that is wrong with a row, by line and column, and goes on', async () => {
    const rows = await csv(`${HEADER}abcdef,x,-1,EUR\na,x,five,EU\na,x\na,x,5,EUR\n`);
    expect(rows.flatMap((row): unknown[] => ('problems' in row ? row.problems : [row.line]))).toEqual([
      { line: 2, column: 'id', reason: expect.stringContaining('5') },
      { line: 2, column: 'price.amount', reason: expect.stringContaining('0') },
      { line: 3, column: 'price.amount', reason: expect.stringContaining('number') },
      { line: 3, column: 'price.currency', reason: expect.stringContaining('3') },
      { line: 4, column: null, reason: 'Has 2 fields, the header has 4' },
      5,
    ]);
  });

  const [header, row] = ['id,note,price.amount,price.currency', 'a,x,5,EUR'];
  const withTabs = (text: string) => text.replaceAll(',', '\t');
  const withSemicolons = (text: string) => text.replaceAll(',', ';');
  it.each([
    ['Excel in a locale with decimal commas', withSemicolons(`\uFEFF${header}\r\n${row}\r\n`), 2],
    ['Excel, with its own first line', withSemicolons(`sep=,\r\n${header}\r\n${row}\r\n`), 3],
    ['Excel as tabs', withTabs(`${header}\r\n${row}\r\n`), 2],
    ['PowerShell 5', `#TYPE System.Object\r\n"${`${header}\r\n${row}`.replaceAll(/,|\r\n/g, '"$&"')}"\r\n`, 3],
    ['a sheet with cleared cells around', `${header},,\r\n,,,,,\r\n${row},,\r\n,,,,,\r\n`, 3],
    ['a person, with blanks', `${header.replaceAll(',', ', ')}\na,x, 5 ,EUR\n`, 2],
  ])('is read as it is written by %s', async (_, content, line) => {
    for (const chunk of [1, 7, 1_000]) expect(await csv(content, chunk)).toEqual([{ line, value: a }]);
  });

  it('may leave out optional fields at the end of a row, as Excel does', async () => {
    const rows = await csv('id,price.amount,price.currency,note\na,5,EUR\na,5\na,5,EUR,x,y\n');
    expect(rows).toEqual([
      { line: 2, value: { ...a, note: '' } },
      { line: 3, problems: [{ line: 3, column: null, reason: 'Has 2 fields, the header has 4' }] },
      { line: 4, problems: [{ line: 4, column: null, reason: 'Has 5 fields, the header has 4' }] },
    ]);
  });

  it('is refused with lines that end in CR alone, and the rest of it is not read', async () => {
    let isClosed = false;
    async function* source() {
      try {
        yield Buffer.from(`${header}\r${row}\r\n`);
        yield Buffer.from(row);
      } finally {
        isClosed = true;
      }
    }
    const read = async () => {
      for await (const _ of readRows(source(), file('csv')));
    };
    await expect(read()).rejects.toMatchObject(refusal('BAD_REQUEST', 'line 1', 'Lines must end in LF or CRLF'));
    expect(isClosed).toBe(true);
  });

  it.each([
    ['a column without a name', ',id,note\n', 'line 1, column 1', 'Must have a name'],
    ['an unknown column', 'id,colour\n', 'line 1, column colour', /^There is no such column/],
    ['a column twice', 'id,id\n', 'line 1, column id', 'Must be there once'],
    ['another separator', 'id|note\n', 'line 1, column id|note', /^There is no such column; there are id, note/],
    ['a missing column', '\nid,price.amount\n', 'line 2, column price.currency', 'Must be there'],
    ['nothing', '', 'line 1', 'Must name the columns'],
  ])('is refused by its header: %s', async (_, content, field, reason) => {
    await expect(csv(content)).rejects.toMatchObject(refusal('VALIDATION_FAILED', field, reason));
  });

  it.each([
    ['a quote that is not closed', `${HEADER}a,x,5,EUR\n\nb,"x,5,EUR\nc,x,5,EUR\n`, 'line 4', /not closed/],
    ['text after a quote', `${HEADER}a,"x\n\n"y,5,EUR\n`, 'line 2', /after a closing quote/],
    ['a quote in a field', `${HEADER}a,x,5,EUR\na,x"y,5,EUR\n`, 'line 3, column 2', /middle of a field/],
  ])('is refused at the row that %s begins in', async (_, content, field, reason) => {
    await expect(csv(content)).rejects.toMatchObject(refusal('BAD_REQUEST', field, reason));
  });
});

describe('a file of JSON lines', () => {
  it.each([1, 3, 1_000])('has an object a line, in chunks of %d', async (chunk) => {
    const line = JSON.stringify(a);
    const rows = await ndjson(`\uFEFF${line}\n\n${line}\r\n${line}`, chunk);
    expect(rows).toEqual([1, 3, 4].map((number) => ({ line: number, value: a })));
  });

  it('tells what is wrong with a line, with the character or the field, and goes on', async () => {
    const lines = [
      '{"id": oops}',
      '{"id":',
      '[1]',
      JSON.stringify({ ...a, x: 1, price: null }),
      JSON.stringify(a),
    ];
    const rows = await ndjson(lines.join('\n'));
    expect(rows.flatMap((row): unknown[] => ('problems' in row ? row.problems : [row.line]))).toEqual([
      { line: 1, column: '8', reason: 'Is not JSON' },
      { line: 2, column: '7', reason: 'Is not JSON' },
      { line: 3, column: null, reason: 'Must be an object' },
      { line: 4, column: 'price', reason: expect.stringContaining('object') },
      { line: 4, column: 'x', reason: 'There is no such field' },
      5,
    ]);
  });

  it('takes no prototype from a line', async () => {
    const [row] = await ndjson('{"id":"a","price":{"amount":5,"currency":"EUR"},"__proto__":{"isAdmin":true}}');
    const isAdmin = 'value' in row! && (row.value as { isAdmin?: boolean }).isAdmin;
    expect(isAdmin).toBeFalsy();
  });
});

describe.each(['csv', 'ndjson'] as const)('a file that is no %s', (format) => {
  it.each([1, 2, 5, 1_000])('is refused at the first byte that is not UTF-8, in chunks of %d', async (chunk) => {
    const latin = Buffer.concat([Buffer.from(`\uFEFF${HEADER}ä,ö`), Buffer.from([0xe9]), Buffer.from(',5,EUR\n')]);
    await expect(rowsOf(format, latin, chunk)).rejects.toMatchObject(
      refusal('BAD_REQUEST', 'line 2, column 4', 'Is not UTF-8'),
    );
  });

  it('is refused where it ends within a character', async () => {
    const cut = Buffer.concat([Buffer.from(HEADER), Buffer.from('ä').subarray(0, 1)]);
    await expect(rowsOf(format, cut)).rejects.toMatchObject(
      refusal('BAD_REQUEST', 'line 2, column 1', 'Is not UTF-8'),
    );
  });

  it('is refused in UTF-16, with a mark or without', async () => {
    const text = Buffer.from('id', 'utf16le');
    for (const file of [Buffer.from('\uFEFFid', 'utf16le'), text, Buffer.from(text).swap16()])
      await expect(rowsOf(format, file)).rejects.toMatchObject(
        refusal('BAD_REQUEST', 'line 1, column 1', /UTF-16/),
      );
  });

  it('is refused at a line of more than a million bytes, without reading on', async () => {
    let chunks = 0;
    async function* endless() {
      yield Buffer.from(format === 'csv' ? HEADER : '{}\n');
      for (;;) {
        chunks += 1;
        yield Buffer.alloc(65_536, 'x');
      }
    }
    const read = async () => {
      for await (const _ of readRows(endless(), file(format)));
    };
    await expect(read()).rejects.toMatchObject(
      refusal('PAYLOAD_TOO_LARGE', 'line 2', 'Has more than 1000000 bytes'),
    );
    expect(chunks).toBeLessThan(20);
  });
});

it('a file of many rows is read as it comes: no row waits for a later one', async () => {
  const line = `${JSON.stringify(a)}\n`;
  let given = 0;
  async function* source() {
    for (; given < 1_000; given += 1) yield Buffer.from(line);
  }
  const gaps: number[] = [];
  for await (const batch of readRows(source(), file('ndjson'))) gaps.push(given - batch.at(-1)!.line);
  expect(gaps).toHaveLength(1_000);
  expect(Math.max(...gaps)).toBeLessThanOrEqual(1);
});
