import { orders, type products } from '#libs/contracts';

const at = new Date(1_790_000_000_000);
const money = (amountMinor: number) => ({ amountMinor, currency: 'EUR' });

/** What every make of the shop answers. */
export const expected = {
  at,
  line: { productId: 'p1', name: 'Größe', quantity: 2, unitPrice: money(450) },
  product: (id: string): products.Product => ({
    id,
    name: `Größe ${id} ✓`,
    description: 'lorem ipsum '.repeat(20 * Number(/^large-(\d+)/.exec(id)?.[1] ?? 1)),
    category: 'books',
    price: money(100 + id.length),
    available: 3,
    rating: 4.5,
    imageUrl: '',
    attributes: {},
  }),
  order: (id: string, status = orders.OrderStatus.PLACED): orders.Order => ({
    id,
    userId: 'u1',
    status,
    total: money(1000 + id.length),
    placedAt: at,
    lines: [],
    reservationId: '',
  }),
};
