/** An amount, in the minor unit of its currency. */
export interface Money {
  amountMinor: number;
  currency: string;
}

export interface Order {
  id: string;
  status: string;
  placedAt: string;
  total: Money;
  lines: { name: string; quantity: number }[];
}

export interface Product {
  id: string;
  name: string;
  category: string;
  price: Money;
  rating: number | null;
  inStock: boolean;
}

/** What the three services answer. */
export interface Answers {
  user: { name: string };
  orders: Order[];
  products: Product[];
}

/** Asks the three at once, with the cookie of the browser. */
export async function readAnswers(): Promise<Answers> {
  const [user, orders, products] = await Promise.all([
    read<Answers['user']>('/v1/me'),
    read<{ items: Order[] }>('/v1/orders?first=5'),
    read<{ items: Product[] }>('/v1/products?sort=RATING_DESC&pageSize=10'),
  ]);
  return { user, orders: orders.items, products: products.items };
}

async function read<T>(path: string): Promise<T> {
  const answer = await fetch(path, { headers: { 'X-CSRF': '1', accept: 'application/json' } });
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}`);
  return (await answer.json()) as T;
}

export const money = ({ amountMinor, currency }: Money): string =>
  new Intl.NumberFormat('en', { style: 'currency', currency }).format(amountMinor / 100);

export const dateTime = (text: string): string =>
  new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(text));
