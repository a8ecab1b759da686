import { loadConfig } from '#gateway/config/config';
import { accept, credentials } from '#gateway/identity/credentials';
import type { GraphqlContext } from '#gateway/declare/request-context';
import { Executor } from '#gateway/transports/graphql/execute/executor';
import { type DomainEvent, type EventSubscription, iterate } from '#libs/events';
import { aContext, eventually } from '#libs/testing';
import type { Context } from '#libs/upstream';
import { describe, expect, it } from '@jest/globals';
import type { FastifyRequest } from 'fastify';
import { buildSchema, type ExecutionResult, getOperationAST, parse } from 'graphql';
import { Subscribe } from './subscribe.ts';

/** A subscription to a feed, whose field `slow` does not end until its call is ended. */
async function subscribed(text: string, { timeoutMs = 60_000, isGone = false, sunset = '' } = {}) {
  const config = loadConfig({ REQUEST_TIMEOUT_MS: `${timeoutMs}` });
  const executor = new Executor(config);
  executor.schema = buildSchema(`
    type Query { a: Int }
    type Tick { n: Int! slow: Int }
    type Subscription { ticks: Tick! refused: Tick! }
  `);
  const seen = { stops: 0, contexts: [] as Context[] };
  let subscriber!: Parameters<EventSubscription<DomainEvent>>[0];
  const { ticks, refused } = executor.schema.getSubscriptionType()!.getFields();
  ticks!.subscribe = (_, _args, { context }: GraphqlContext) => {
    seen.contexts.push(context);
    return iterate<DomainEvent>((to) => {
      subscriber = to;
      return () => void (seen.stops += 1);
    });
  };
  ticks!.resolve = ({ event: { data } }: { event: { data: object } }, _, { context }: GraphqlContext) => {
    seen.contexts.push(context);
    return data;
  };
  refused!.subscribe = () => {
    throw new Error('not for you');
  };
  const tick = executor.schema.getType('Tick') as unknown as {
    getFields(): { slow: { resolve: (...given: [unknown, unknown, GraphqlContext]) => Promise<unknown> } };
  };
  tick.getFields().slow.resolve = (_, _args, { context }) =>
    new Promise((_resolve, reject) => context.onEnd(() => reject(context.reason)));

  const opened = aContext({ timeoutMs: 5_000 });
  accept(opened, { id: 'u1', scopes: ['a'] });
  const document = parse(text);
  const operation = {
    id: text,
    document,
    node: getOperationAST(document)!,
    isOnly: true,
    ...retirementOn(sunset),
  };
  const left = new AbortController();
  if (isGone) left.abort();
  const request = {} as FastifyRequest;
  const result = await new Subscribe(executor, config).run(
    operation,
    {},
    { context: opened, request },
    left.signal,
  );
  return {
    results: result as AsyncIterableIterator<ExecutionResult>,
    result,
    left,
    opened,
    seen,
    send: () => subscriber,
  };
}

const retirementOn = (sunset: string) => (sunset ? { retirement: { since: '2026-01-01', sunset } } : {});

const TICKS = 'subscription { ticks { n } }';
const SLOW = 'subscription { ticks { n slow } }';

describe('a subscription', () => {
  it('has a result for each event, each with a context of its own that has the caller', async () => {
    const { results, send, seen, opened } = await subscribed(TICKS);
    send().send({ type: 'tick', data: { n: 1 } });
    send().send({ type: 'tick', data: { n: 2 } });
    expect((await results.next()).value).toEqual({ data: { ticks: { n: 1 } } });
    expect((await results.next()).value).toEqual({ data: { ticks: { n: 2 } } });
    // One for the beginning, and one for each event.
    expect(new Set([opened, ...seen.contexts]).size).toBe(4);
    for (const context of seen.contexts) {
      expect(context.caller).toEqual({ id: 'u1', scopes: ['a'] });
      expect(credentials.of(context).state).toBe('valid');
    }
  });

  it('that cannot begin is an answer with its errors', async () => {
    const { result } = await subscribed('subscription { refused { n } }');
    expect(result).toMatchObject({ errors: [{ message: 'not for you', path: ['refused'] }] });
  });

  it('ends with its events', async () => {
    const { results, send } = await subscribed(TICKS);
    send().end('complete');
    expect(await results.next()).toEqual({ value: undefined, done: true });
  });

  it.each([
    ['goes on before the end of its operation', '2999-01-01', false],
    ['ends at the first event after it, with the error of that', '2026-02-01', true],
  ])('%s', async (_, sunset, isGone) => {
    const { results, send, seen } = await subscribed(TICKS, { sunset });
    for (const n of [1, 2]) send().send({ type: 'tick', data: { n } });
    const { value } = await results.next();
    if (!isGone) return expect(value).toEqual({ data: { ticks: { n: 1 } } });
    const [error] = (value as ExecutionResult).errors!;
    expect(error!.originalError).toMatchObject({
      code: 'GONE',
      detail: 'This operation ended on 2026-02-01.',
      members: { deprecation: { since: '2026-01-01', sunset } },
    });
    expect(await results.next()).toEqual({ value: undefined, done: true });
    expect(seen.stops).toBeGreaterThan(0);
    return undefined;
  });

  it('stops its feed for who wants no more, though an event is waited for', async () => {
    const { results, seen } = await subscribed(TICKS);
    const waiting = results.next();
    await results.return!();
    expect(await waiting).toMatchObject({ done: true });
    expect(seen.stops).toBeGreaterThan(0);
  });

  it('stops its feed at once where the client had left before it began', async () => {
    const { seen } = await subscribed(TICKS, { isGone: true });
    await new Promise(setImmediate);
    expect(seen.stops).toBeGreaterThan(0);
    expect(seen.contexts[0]!.endedBy).toBe('client');
  });

  it('ends the calls for an event when its client leaves', async () => {
    const { results, send, left, seen } = await subscribed(SLOW);
    send().send({ type: 'tick', data: { n: 1 } });
    const result = results.next();
    await eventually(() => seen.contexts.length >= 2);
    left.abort();
    expect((await result).value).toMatchObject({ data: { ticks: { n: 1, slow: null } } });
    expect(seen.contexts[1]!.endedBy).toBe('client');
  });

  it('has REQUEST_TIMEOUT_MS for each event, and goes on with the next', async () => {
    const { results, send, seen } = await subscribed(SLOW, { timeoutMs: 100 });
    for (const n of [1, 2]) {
      send().send({ type: 'tick', data: { n } });
      expect((await results.next()).value).toMatchObject({ data: { ticks: { n, slow: null } } });
    }
    expect(seen.contexts.slice(1).map(({ endedBy }) => endedBy)).toEqual(['deadline', 'deadline']);
  });
});
