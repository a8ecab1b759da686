/**
 * It replaces methods of adapters, which no other suite may see.
 * @jest-environment node
 */
import { Cache, type Declarations, remember } from '#libs/cache';
import { Context } from '#libs/upstream';
import { describe, expect, it } from '@jest/globals';
import { Orders } from './orders/orders.port.ts';
import { Products } from './products/products.port.ts';
import { Reviews } from './reviews/reviews.port.ts';
import { Users } from './users/users.port.ts';

type Question = (context: Context, ...args: unknown[]) => Promise<{ id: string; of: string }[]>;

const CALLERS = 50;
const READS = 10_000;

/** What each question is asked about, of a few things, so that callers ask the same. */
const ARGUMENTS: Record<string, (n: number) => unknown[]> = {
  'users.byIds': (n) => [[`u${n % 50}`]],
  'orders.recent': (n) => [1 + (n % 3)],
  'orders.list': (n) => [{ first: 1 + (n % 3) }],
  'orders.byIds': (n) => [[`o${n % 7}`, `o${n % 5}`]],
  'products.byIds': (n) => [[`p${n % 7}`]],
  'products.search': (n) => [{ sort: 'RELEVANCE', page: 1 + (n % 3), pageSize: 20 }],
  'products.related': (n) => [`p${n % 7}`, 8],
  'products.recommended': (n) => [1 + (n % 3)],
  'reviews.newestOf': (n) => [`p${n % 7}`, 5],
};

/** Answers every question with whom it was asked for. */
function adapterFor(questions: string[]): Record<string, Question> {
  const answer: Question = async ({ caller: { id = 'nobody' } }, first) => {
    const ids = Array.isArray(first) ? (first as string[]) : ['thing'];
    return ids.map((thing) => ({ id: thing, of: id }));
  };
  class Adapter {}
  for (const question of questions) Object.defineProperty(Adapter.prototype, question, { value: answer });
  return new Adapter() as Record<string, Question>;
}

const ports = [Users, Orders, Products, Reviews].map((port) => {
  return {
    name: port.name.toLowerCase(),
    declarations: port.cache as Declarations<object> & Record<string, object>,
  };
});

const aRequest = (id: string) =>
  new Context({ log: { requestId: 'r-1' }, caller: { id, scopes: ['orders:read'] }, timeoutMs: 3_000 });

describe('what the ports remember', () => {
  it('reaches nobody but its caller, in 10,000 mixed reads by 50 callers of every question declared', async () => {
    const cache = new Cache(50_000_000);
    const asked = ports.map(({ name, declarations }) =>
      remember(name, adapterFor(Object.keys(declarations)), declarations as never, cache),
    );
    const questions = cache.declared.map(({ port, question, policy }) => {
      const adapter = asked[ports.findIndex(({ name }) => name === port)]!;
      return { name: `${port}.${question}`, ask: adapter[question]!, isOwn: policy.scope === 'caller' };
    });
    expect(questions.map(({ name }) => name).toSorted()).toEqual(Object.keys(ARGUMENTS).toSorted());

    let seed = 7;
    const next = (most: number) => (seed = (seed * 48_271) % 2_147_483_647) % most;
    const crossings: string[] = [];
    const own = questions.filter(({ isOwn }) => isOwn);
    for (let i = 0; i < READS; i += 1) {
      const id = `u${next(CALLERS)}`;
      // Every second one is a caller's own.
      const { name, ask, isOwn } = i % 2 ? own[next(own.length)]! : questions[next(questions.length)]!;
      const things = await ask(aRequest(id), ...ARGUMENTS[name]!(next(1_000)));
      if (isOwn && things.some(({ of }) => of !== id)) crossings.push(`${name} for ${id}`);
    }
    expect(crossings).toEqual([]);
    expect(cache.declared.every(({ stats }) => stats.hits > 0)).toBe(true);
  });
});
