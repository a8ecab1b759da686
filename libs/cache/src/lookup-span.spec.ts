import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { type Attributes, Recording } from '#libs/observe';
import { aRequest, cachedThings } from './port.fixture.ts';

function recorded() {
  const context = aRequest();
  const finished: Recording[] = [];
  const recording = new Recording(
    { requestId: 'r-1', name: 'GET', kind: 'server' },
    (one) => void finished.push(one),
  );
  context.span = recording.root;
  const attributes = (): Attributes => recording.spans[1]!.attributes;
  return { context, recording, attributes, finished };
}

describe('the span of a lookup', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('says that the answer was fetched, and is the parent of the call', async () => {
    const { things, upstream } = cachedThings();
    const { context, recording, attributes } = recorded();
    await things.like(context, 't1', 5);
    expect(recording.spans.map(({ name }) => name)).toEqual(['GET', 'things.like']);
    expect(attributes()).toEqual({ 'atrium.cache': 'miss' });
    expect(upstream.contexts[0]!.span).toBe(recording.spans[1]);
    expect(context.span).toBe(recording.root);
  });

  it('says the age of an answer that was found', async () => {
    const { things } = cachedThings();
    await things.like(aRequest(), 't1', 5);
    jest.advanceTimersByTime(4_000);
    const { context, attributes } = recorded();
    await things.like(context, 't1', 5);
    expect(attributes()).toEqual({ 'atrium.cache': 'hit', 'atrium.cache.age_ms': 4_000 });
  });

  it('counts the misses of a lookup of many', async () => {
    const { things } = cachedThings();
    await things.byIds(aRequest(), ['t1']);
    jest.advanceTimersByTime(1_000);
    const { context, attributes } = recorded();
    await things.byIds(context, ['t1', 't2']);
    expect(attributes()).toMatchObject({
      'atrium.cache': 'miss',
      'atrium.cache.items': 2,
      'atrium.cache.misses': 1,
    });
  });

  it('says that an answer is stale, whose refresh is a recording of its own in the same trace', async () => {
    const { things } = cachedThings();
    await things.like(aRequest(), 't1', 5);
    jest.advanceTimersByTime(12_000);
    const { context, recording, attributes, finished } = recorded();
    await things.like(context, 't1', 5);
    expect(attributes()).toMatchObject({ 'atrium.cache': 'stale', 'atrium.cache.age_ms': 12_000 });
    await jest.advanceTimersByTimeAsync(1);
    expect(finished).toMatchObject([{ isBranch: true, traceId: recording.traceId }]);
    expect(finished[0]!.root.name).toBe('refresh things.like');
  });

  it('links to the request whose call it joins', async () => {
    const { things, upstream } = cachedThings();
    const gate = Promise.withResolvers<void>();
    upstream.gate = gate.promise;
    const [first, second] = [recorded(), recorded()];
    const answers = [first, second].map(({ context }) => things.like(context, 't1', 5));
    gate.resolve();
    await Promise.all(answers);
    const { id: spanId } = first.recording.spans[1]!;
    expect(second.recording.spans[1]!.links).toEqual([{ traceId: first.recording.traceId, spanId }]);
  });
});
