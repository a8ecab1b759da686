import { anOrder } from '#libs/testing';
import { CsvWriter } from '#libs/tabular';
import { text } from 'node:stream/consumers';
import { expect, it } from '@jest/globals';
import { orderTable } from './order-table.ts';

const line = (name: string, quantity: number) => ({
  productId: 'p1',
  name,
  quantity,
  unitPrice: { amountMinor: 1_000, currency: 'USD' },
});

it('is a row of CSV, whose product names begin no formula', async () => {
  const writer = new CsvWriter(orderTable);
  writer.end([
    anOrder({ lines: [line('=cmd|"x"', 2), line('Chair', 1)] }),
    { id: 'o2', isUnreadable: true as const },
  ]);
  expect((await text(writer)).split('\r\n')).toEqual([
    'id,userId,status,placedAt,totalMinor,currency,items,products',
    `o1,u1,PLACED,2026-01-02T03:04:05.000Z,3000,USD,3,"'=cmd|""x"" (2); Chair (1)"`,
    'o2,,,,,,,',
    '',
  ]);
});

it('is a record with its lines; an unreadable one has its id alone', () => {
  const { id, status, total, placedAt, lines } = anOrder();
  expect(orderTable.record(anOrder())).toEqual({ id, userId: 'u1', status, total, placedAt, lines });
  const nothing = { userId: null, status: null, total: null, placedAt: null, lines: null };
  expect(orderTable.record({ id: 'o2', isUnreadable: true })).toEqual({ id: 'o2', ...nothing });
});
