import { describe, expect, it } from '@jest/globals';
import { GatewayError } from '#libs/errors';
import { gather, optional, required } from '#libs/gather';
import { aContext } from '#libs/testing';
import { Arrivals } from './arrivals.ts';

const down = () => new GatewayError('UPSTREAM_UNAVAILABLE');

/** An answer of three parts, each of which arrives when it is resolved. */
function anAnswer(isRequired = false) {
  const context = aContext();
  const parts = { one: deferred(), two: deferred(), three: deferred() };
  const kind = isRequired ? required : optional;
  const arrivals = new Arrivals(context, Object.keys(parts), () =>
    gather(context, {
      one: kind(() => parts.one.promise),
      two: optional(() => parts.two.promise),
      three: optional(() => parts.three.promise),
    }),
  );
  return { arrivals, ...parts };
}
const deferred = () => Promise.withResolvers<string>();

async function namesOf(arrivals: Arrivals): Promise<string[]> {
  const names: string[] = [];
  for await (const { name, value } of arrivals) names.push(value === null ? `no ${name}` : name);
  return names;
}

describe('the parts of an answer', () => {
  it('come in the order in which they arrive, each with what of it is missing', async () => {
    const { arrivals, one, two, three } = anAnswer();
    const names = namesOf(arrivals);
    three.resolve('c');
    await new Promise(setImmediate);
    one.reject(down());
    await new Promise(setImmediate);
    two.resolve('b');
    expect(await names).toEqual(['three', 'no one', 'two']);
    expect(arrivals.part('one')!.degraded).toEqual([{ part: 'one', reason: 'UNAVAILABLE' }]);
  });

  it('are all missing once the answer has failed', async () => {
    const { arrivals, one, two, three } = anAnswer();
    for (const part of [one, two, three]) part.reject(down());
    expect(await namesOf(arrivals)).toEqual(['no one', 'no two', 'no three']);
    expect(arrivals.failure).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
  });

  it('are waited for one by one where one is required, whose failure is thrown', async () => {
    const [healthy, broken] = [anAnswer(true), anAnswer(true)];
    healthy.one.resolve('a');
    expect(await healthy.arrivals.first('one')).toBe('a');
    broken.one.reject(new GatewayError('NOT_FOUND'));
    await expect(broken.arrivals.first('one')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('are complete, or not in time', async () => {
    const { arrivals, one, two, three } = anAnswer();
    expect(await arrivals.completeWithin(0)).toBe(false);
    expect(await arrivals.completeWithin(1)).toBe(false);
    for (const part of [one, two, three]) part.resolve('x');
    expect(await arrivals.completeWithin(10_000)).toBe(true);
  });
});
