import type { Order } from '#gateway/upstreams/orders/orders.port';
import type { Sheet } from '#libs/sheets';

const MONEY = '#,##0.00';
const MONTH = new Intl.DateTimeFormat('en', { month: 'long', timeZone: 'UTC' });

/** The decimals of a currency's amounts (ISO 4217), as `Intl` knows them. */
const decimalsOf = (currency: string): number => {
  try {
    const format = new Intl.NumberFormat('en', { style: 'currency', currency });
    return format.resolvedOptions().maximumFractionDigits ?? 2;
  } catch {
    return 2;
  }
};

const major = ({ amountMinor, currency }: Order['total']): number => amountMinor / 10 ** decimalsOf(currency);

const isPaid = ({ status }: Order): boolean => status !== 'CANCELLED';

/** The sheets of a year's report: totals by month and currency, and all orders, the oldest first. */
export function yearSheets(year: number, orders: readonly Order[]): Sheet[] {
  const inOrder = orders.toSorted((one, other) => (one.placedAt < other.placedAt ? -1 : 1));
  const currencies = [...new Set(inOrder.map(({ total }) => total.currency))].sort();
  const months = Array.from({ length: 12 }, (_, month) => {
    const placed = inOrder.filter(({ placedAt }) => new Date(placedAt).getUTCMonth() === month);
    const paid = placed.filter(isPaid);
    const sums = currencies.map((currency) =>
      paid.filter(({ total }) => total.currency === currency).reduce((sum, { total }) => sum + major(total), 0),
    );
    const name = MONTH.format(new Date(Date.UTC(year, month)));
    return [name, placed.length, placed.length - paid.length, ...sums];
  });
  return [
    {
      name: String(year),
      columns: [
        { header: 'Month', width: 14 },
        { header: 'Orders', width: 10 },
        { header: 'Cancelled', width: 10 },
        ...currencies.map((currency) => ({ header: currency, width: 14, format: MONEY })),
      ],
      rows: months,
    },
    {
      name: 'Orders',
      columns: [
        { header: 'Order', width: 26 },
        { header: 'Placed (UTC)', width: 18, format: 'yyyy-mm-dd hh:mm' },
        { header: 'Status', width: 12 },
        { header: 'Items', width: 8 },
        { header: 'Total', width: 12, format: MONEY },
        { header: 'Currency', width: 9 },
        { header: 'Products', width: 60 },
      ],
      rows: inOrder.map((order) => [
        order.id,
        new Date(order.placedAt),
        order.status,
        order.lines.reduce((sum, { quantity }) => sum + quantity, 0),
        major(order.total),
        order.total.currency,
        order.lines.map(({ name, quantity }) => `${quantity} × ${name}`).join(', '),
      ]),
    },
  ];
}
