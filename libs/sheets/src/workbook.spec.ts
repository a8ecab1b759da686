import { expect, it } from '@jest/globals';
import { readXlsx } from 'hucre/xlsx';
import { workbook } from './workbook.ts';

const columns = [
  { header: 'Name', width: 30 },
  { header: 'Total', width: 12, format: '#,##0.00' },
  { header: 'Placed', width: 12, format: 'yyyy-mm-dd' },
];
const DAY = new Date('2026-03-01T00:00:00Z');

it('a workbook has its sheets, with headers, text, numbers and dates', async () => {
  const rows = [
    ['Ωmega – "lamp" <1>', 12.5, DAY],
    [null, -3, null],
  ];
  const bytes = await workbook([
    { name: 'Orders', columns, rows },
    { name: 'None', columns, rows: [] },
  ]);
  const { sheets } = await readXlsx(bytes);
  expect(sheets.map(({ name }) => name)).toEqual(['Orders', 'None']);
  const [header, first, second] = sheets[0]!.rows;
  expect(header).toEqual(['Name', 'Total', 'Placed']);
  expect([first![0], first![1], new Date(first![2] as Date).toISOString()]).toEqual([
    'Ωmega – "lamp" <1>',
    12.5,
    DAY.toISOString(),
  ]);
  expect(second!.slice(0, 2)).toEqual([null, -3]);
});

it('text of a workbook is never a formula', async () => {
  const formulas = ['=HYPERLINK("http://x","y")', '+1', '-1', '@SUM(A1)', '\t=1'];
  const bytes = await workbook([{ name: 'x', columns, rows: formulas.map((text) => [text, null, null]) }]);
  const { sheets } = await readXlsx(bytes);
  expect(sheets[0]!.rows.slice(1).map(([text]) => text)).toEqual(formulas);
  const cells = [...(sheets[0]!.cells?.values() ?? [])];
  expect(cells.filter(({ formula }) => formula !== undefined)).toEqual([]);
});

it('text of a workbook has no characters that XML cannot have', async () => {
  const bytes = await workbook([{ name: 'x', columns, rows: [['a\u0000b\u0008\ud800c😀', null, null]] }]);
  expect((await readXlsx(bytes)).sheets[0]!.rows[1]![0]).toBe('abc😀');
});
