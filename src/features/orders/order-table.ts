import type { ExportedOrder } from '#gateway/upstreams/orders/orders.port';
import type { Column, Table } from '#libs/tabular';
import { isUnreadable, type Listed } from '#libs/upstream';
import type { ExportedOrderView } from './exported-order.view.ts';

type Row = Listed<ExportedOrder>;

const column = (name: string, of: (order: ExportedOrder) => string | number): Column<Row> => ({
  name,
  value: (row) => (isUnreadable(row) ? null : of(row as ExportedOrder)),
});

const UNREADABLE = { userId: null, status: null, total: null, placedAt: null, lines: null };

/** Orders as a table. An unreadable one is a row with its id alone. */
export const orderTable: Table<Row> = {
  name: 'orders',
  columns: [
    { name: 'id', value: ({ id }) => id },
    column('userId', ({ ownerId }) => ownerId),
    column('status', ({ status }) => status),
    column('placedAt', ({ placedAt }) => placedAt),
    column('totalMinor', ({ total }) => total.amountMinor),
    column('currency', ({ total }) => total.currency),
    column('items', ({ lines }) => lines.reduce((sum, { quantity }) => sum + quantity, 0)),
    column('products', ({ lines }) => lines.map(({ name, quantity }) => `${name} (${quantity})`).join('; ')),
  ],
  record(row): ExportedOrderView {
    if (isUnreadable(row)) return { id: row.id, ...UNREADABLE };
    const { id, ownerId, status, total, placedAt, lines } = row as ExportedOrder;
    return { id, userId: ownerId, status, total, placedAt, lines };
  },
  cursor: ({ id }) => id,
};
