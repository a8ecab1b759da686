import { describe, expect, it } from '@jest/globals';
import { Recording } from '#libs/observe';
import { coalesce } from './coalesce.ts';
import { anInfo, anUpstream, aRequest } from './policies/upstream.fixture.ts';

function recorded(timeoutMs: number) {
  const context = aRequest(timeoutMs);
  const recording = new Recording({ requestId: 'r-1', name: 'GET', kind: 'server' }, () => {});
  context.span = recording.root;
  return { context, recording };
}

describe('the span of a coalesced call', () => {
  it('links to the request that makes the call for both', async () => {
    const gate = Promise.withResolvers<string>();
    const call = coalesce(() => gate.promise, anInfo(), anUpstream());
    const [first, second] = [recorded(2_000), recorded(1_000)];
    const answers = [first, second].map(({ context }) => call(context, 'question'));
    gate.resolve('answer');
    expect(await Promise.all(answers)).toEqual(['answer', 'answer']);
    const [, span] = second.recording.spans;
    expect(span).toMatchObject({
      name: 'ListOrders',
      attributes: { 'atrium.coalesced': true },
      links: [{ traceId: first.recording.traceId, spanId: first.recording.root.id }],
      endMs: expect.any(Number),
    });
    expect(first.recording.spans).toHaveLength(1);
  });
});
