import type { Order } from '#gateway/upstreams/orders/orders.port';
import type { Sheet } from '#libs/sheets';

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

const formatOf = (decimals: number): string => (decimals ? `#,##0.${'0'.repeat(decimals)}` : '#,##0');

const isPaid = ({ status }: Order): boolean => status !== 'CANCELLED';

/** The sheets of a year's report: totals by month and currency, and all orders, the oldest first. */
export function yearSheets(year: number, orders: readonly Order[]): Sheet[] {
  const inOrder = orders.toSorted((one, other) => (one.placedAt < other.placedAt ? -1 : 1));
  const currencies = [...new Set(inOrder.map(({ total }) => total.currency))].sort();
  // Once for each currency: `Intl` takes longer for a format than all else for an order.
  const decimals = new Map(currencies.map((currency) => [currency, decimalsOf(currency)]));
  const major = ({ amountMinor, currency }: Order['total']): number => amountMinor / 10 ** decimals.get(currency)!;
  const byMonth = Map.groupBy(inOrder, ({ placedAt }) => new Date(placedAt).getUTCMonth());
  const months = Array.from({ length: 12 }, (_, month) => {
    const placed = byMonth.get(month) ?? [];
    const paid = placed.filter(isPaid);
    const sums = currencies.map((currency) => {
      const totals = paid.map(({ total }) => total).filter((total) => total.currency === currency);
      // Of minor units, which are whole: fractions would not add up.
      return major({ amountMinor: totals.reduce((sum, total) => sum + total.amountMinor, 0), currency });
    });
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
        ...currencies.map((currency) => ({
          header: currency,
          width: 14,
          format: formatOf(decimals.get(currency)!),
        })),
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
        { header: 'Total', width: 12, format: formatOf(Math.max(0, ...decimals.values())) },
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
