import { type Money, type Order, Orders } from '#gateway/upstreams/orders/orders.port';
import { type Product, Products } from '#gateway/upstreams/products/products.port';
import { optional } from '#libs/gather';
import { isReadable, readable } from '#libs/upstream';

const RECENT_ORDERS = 5;
const SUGGESTED = 5;
/** The most words of a question that are searched for: the longest, which are the most specific. */
const WORDS_SOUGHT = 3;
const FOUND_EACH = 3;
const SHORTEST_WORD = 4;

/** The parts of the prompt for a question, to be gathered: the caller's orders and matching products, both optional. */
export const factsFor = (question: string, orders: Orders, products: Products) => ({
  orders: optional(async (context) => readable(context, await orders.recent(context, RECENT_ORDERS)).map(ofOrder)),
  products: optional(async (context) => {
    const sought = searchesFor(question).map((search) =>
      products.search(context, { search, sort: 'RELEVANCE', page: 1, pageSize: FOUND_EACH }),
    );
    // Awaited together: if the first failed, a later rejection of the others would be unhandled and end the process.
    const [suggested, ...found] = await Promise.all([products.recommended(context, SUGGESTED), ...sought]);
    // Unreadable products are dropped unnamed: a merged list has no stable paths.
    const readableOnes = [...found.flatMap(({ products: some }) => some), ...suggested].filter(isReadable);
    const byId = new Map(readableOnes.map((product) => [product.id, product]));
    return [...byId.values()].map(ofProduct);
  }),
});

const ofOrder = ({ id, status, placedAt, total, lines }: Order) => ({
  id,
  status,
  placedAt,
  total: written(total),
  items: lines.map(({ quantity, name }) => `${quantity} × ${name}`),
});

const ofProduct = ({ name, category, price, inStock, rating }: Product) => ({
  name,
  category,
  price: written(price),
  inStock,
  rating,
});

/** The searches for a question: its two longest words together, then each of its longest words. */
function searchesFor(question: string): string[] {
  const words = question.toLowerCase().match(/\p{L}+/gu) ?? [];
  const significant = [...new Set(words)].filter(({ length }) => length >= SHORTEST_WORD);
  const longest = significant.toSorted((one, other) => other.length - one.length).slice(0, WORDS_SOUGHT);
  return longest.length > 1 ? [longest.slice(0, 2).join(' '), ...longest] : longest;
}

/** Formats an amount with the decimal digits of its currency (ISO 4217). */
function written({ amountMinor, currency }: Money): string {
  const format = new Intl.NumberFormat('en', { style: 'currency', currency });
  return format.format(amountMinor / 10 ** format.resolvedOptions().maximumFractionDigits!);
}
