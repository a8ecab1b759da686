import { type Money, type Order, Orders } from '#gateway/upstreams/orders/orders.port';
import { type Product, Products } from '#gateway/upstreams/products/products.port';
import { optional } from '#libs/gather';
import { isReadable, readable } from '#libs/upstream';

const RECENT_ORDERS = 5;
const SUGGESTED = 5;
/** So many words of a question are looked for, the longest: they say most. */
const WORDS_SOUGHT = 3;
const FOUND_EACH = 3;
const SHORTEST_WORD = 4;

/** What of the shop an answer to `question` may be about; each part asked for at once, and optional. */
export const factsFor = (question: string, orders: Orders, products: Products) => ({
  orders: optional(async (context) => readable(context, await orders.recent(context, RECENT_ORDERS)).map(ofOrder)),
  products: optional(async (context) => {
    const sought = searchesFor(question).map((search) =>
      products.search(context, { search, sort: 'RELEVANCE', page: 1, pageSize: FOUND_EACH }),
    );
    // Awaited together: where the first failed, a failure of the others would be heard by nobody and end the process.
    const [suggested, ...found] = await Promise.all([products.recommended(context, SUGGESTED), ...sought]);
    // Products of several lists have no place that could be named.
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

/** What a question may be about: its longest words, and first the two longest together. */
function searchesFor(question: string): string[] {
  const words = question.toLowerCase().match(/\p{L}+/gu) ?? [];
  const telling = [...new Set(words)].filter(({ length }) => length >= SHORTEST_WORD);
  const longest = telling.toSorted((one, other) => other.length - one.length).slice(0, WORDS_SOUGHT);
  return longest.length > 1 ? [longest.slice(0, 2).join(' '), ...longest] : longest;
}

/** An amount as people write it, by the digits of its currency (ISO 4217). */
function written({ amountMinor, currency }: Money): string {
  const format = new Intl.NumberFormat('en', { style: 'currency', currency });
  return format.format(amountMinor / 10 ** format.resolvedOptions().maximumFractionDigits!);
}
