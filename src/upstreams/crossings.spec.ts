/**
 * Runs in its own environment, since it replaces methods of adapters.
 * @jest-environment node
 */
import { Cache, withCache } from '#libs/cache';
import { Context } from '#libs/upstream';
import { allPorts } from '#tools/ports';
import { describe, expect, it } from '@jest/globals';

type Question = (context: Context, ...args: unknown[]) => Promise<{ id: string; of: string }[]>;

const CALLERS = 50;
const READS = 10_000;

/** The arguments of methods that take neither an id nor a list of ids: few values, so that callers share cache keys. */
const ARGUMENTS: Record<string, (n: number) => unknown[]> = {
  'orders.recent': (n) => [1 + (n % 3)],
  'orders.list': (n) => [{ first: 1 + (n % 3) }],
  'products.search': (n) => [{ sort: 'RELEVANCE', page: 1 + (n % 3), pageSize: 20 }],
  'products.related': (n) => [`id${n % 7}`, 8],
  'products.recommended': (n) => [1 + (n % 3)],
  'reviews.newestOf': (n) => [`id${n % 7}`, 5],
};

/** An adapter that answers every method with the id of the caller. */
function adapterFor(questions: string[]): Record<string, Question> {
  const answer: Question = async ({ caller: { id = 'nobody' } }, first) => {
    const ids = Array.isArray(first) ? (first as string[]) : ['thing'];
    return ids.map((thing) => ({ id: thing, of: id }));
  };
  class Adapter {}
  for (const question of questions) Object.defineProperty(Adapter.prototype, question, { value: answer });
  return new Adapter() as Record<string, Question>;
}

const ports = (await allPorts()).map((port) => ({
  name: port.name.toLowerCase(),
  declarations: port.cache ?? {},
}));

const aRequest = (id: string) =>
  new Context({ log: { requestId: 'r-1' }, caller: { id, scopes: ['orders:read'] }, timeoutMs: 3_000 });

describe('the caches of ports', () => {
  it('never cross callers, in 10,000 mixed reads by 50 callers of every cached method', async () => {
    const cache = new Cache(50_000_000);
    const requested = ports.map(({ name, declarations }) =>
      withCache(name, adapterFor(Object.keys(declarations)), declarations as never, cache),
    );
    const questions = cache.declared.map(({ port, question, policy }) => {
      const adapter = requested[ports.findIndex(({ name }) => name === port)]!;
      const name = `${port}.${question}`;
      const id = (n: number) => `id${n % 7}`;
      const argumentsOf = ARGUMENTS[name] ?? ((n: number) => [policy.kind === 'each' ? [id(n)] : id(n)]);
      return { name, call: adapter[question]!, argumentsOf, isOwn: policy.scope === 'caller' };
    });
    expect(Object.keys(ARGUMENTS).filter((name) => !questions.some((question) => question.name === name))).toEqual(
      [],
    );

    let seed = 7;
    const next = (max: number) => (seed = (seed * 48_271) % 2_147_483_647) % max;
    const crossings: string[] = [];
    const own = questions.filter(({ isOwn }) => isOwn);
    for (let i = 0; i < READS; i += 1) {
      const id = `u${next(CALLERS)}`;
      // Every second one is a caller's own.
      const { name, call, argumentsOf, isOwn } =
        i % 2 ? own[next(own.length)]! : questions[next(questions.length)]!;
      const things = await call(aRequest(id), ...argumentsOf(next(1_000)));
      if (isOwn && things.some(({ of }) => of !== id)) crossings.push(`${name} for ${id}`);
    }
    expect(crossings).toEqual([]);
    expect(cache.declared.every(({ stats }) => stats.hits > 0)).toBe(true);
  });
});
