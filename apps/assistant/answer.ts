import type { AssistantApi } from '#libs/contracts';
import { type Facts, factsIn } from './facts.ts';

const ABOUT_ORDERS = /\b(orders?|deliver\w*|parcel|package|ship\w*|track\w*|arrive\w*)\b/i;
const MAX_PRODUCTS = 3;

/** Answers the last user message from the facts in the last system message. Deterministic. */
export function answerTo(messages: readonly AssistantApi['ChatMessage'][]): string {
  const question = messages.findLast(({ role }) => role === 'user')?.content ?? '';
  const facts = factsIn(messages.findLast(({ role }) => role === 'system')?.content ?? '');
  if (ABOUT_ORDERS.test(question)) return ofOrders(facts.orders);
  return ofProducts(facts.products, wordsOf(question));
}

function ofOrders(orders: Facts['orders']): string {
  if (!orders) return 'I cannot see your orders at the moment. Please ask again in a while.';
  const [newest, ...others] = orders;
  if (!newest) return 'You have not ordered anything yet.';
  const before = others.length ? ` Before that, you placed ${others.length} more that I can see.` : '';
  const what = newest.items.join(' and ');
  return `Your newest order is ${newest.id}: ${what}, for ${newest.total}. It is ${newest.status}.${before}`;
}

function ofProducts(products: Facts['products'], words: readonly string[]): string {
  if (!products) return 'I cannot see our products at the moment. Please ask again in a while.';
  const wordsIn = ({ name }: { name: string }) => words.filter((word) => name.toLowerCase().includes(word)).length;
  const max = Math.max(1, ...products.map(wordsIn));
  const meant = products.filter((product) => wordsIn(product) === max);
  const listed = (meant.length ? meant : products).slice(0, MAX_PRODUCTS);
  if (!listed.length)
    return 'I can tell you about your orders and about what we sell. What would you like to know?';
  const list = listed.map(({ name, price, inStock }) => `${name} for ${price}${inStock ? '' : ', not in stock'}`);
  return `${meant.length ? 'We have' : 'You may like'} ${list.join('; ')}.`;
}

/** Significant words: short ones are in every sentence. */
const wordsOf = (question: string): string[] => question.toLowerCase().match(/\p{L}{4,}/gu) ?? [];
