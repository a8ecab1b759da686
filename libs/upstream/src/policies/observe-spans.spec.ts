import { GatewayError } from '#libs/errors';
import { Recording } from '#libs/observe';
import { Attempt, type TryRecord } from '#libs/upstream';
import { describe, expect, it } from '@jest/globals';
import { observe } from './observe.ts';
import { anInfo, anUpstream, aRequest } from './upstream.fixture.ts';

function recorded() {
  const context = aRequest();
  const options = { requestId: 'r-1', name: 'GET', kind: 'server', isSampled: true, isPropagated: true } as const;
  const recording = new Recording(options, () => {});
  context.span = recording.root;
  const records: TryRecord[] = [];
  return { context, recording, records, policy: observe((record) => void records.push(record), anUpstream()) };
}

describe('the span of a try', () => {
  it('says the same as its record, and is the parent that the service learns', async () => {
    const { context, recording, records, policy } = recorded();
    let sent: string | undefined;
    const call = async (attempt: Attempt) => {
      attempt.record.queueMs = 3;
      attempt.record.breaker = 'HALF_OPEN';
      sent = attempt.outgoingTrace?.traceparent;
    };
    await policy(call, anInfo())(new Attempt(context, 2, true), 'question');
    const [, span] = recording.spans;
    expect(span).toMatchObject({ name: 'ListOrders', kind: 'client', parent: recording.root, error: undefined });
    expect(span!.attributes).toEqual({
      'atrium.upstream': 'orders',
      'atrium.method': 'ListOrders',
      'atrium.outcome': 'OK',
      'atrium.breaker': 'HALF_OPEN',
      'atrium.queue_ms': 3,
      'atrium.hedge': true,
      'http.request.resend_count': 1,
    });
    expect(span!.durationMs).toBe(records[0]!.durationMs);
    expect(sent).toBe(`00-${recording.traceId}-${span!.id}-03`);
  });

  it('ends with the code of a failure', async () => {
    const { context, recording, policy } = recorded();
    const failing = policy(() => Promise.reject(new GatewayError('CIRCUIT_OPEN')), anInfo());
    await expect(failing(new Attempt(context, 1), 'question')).rejects.toThrow();
    expect(recording.spans[1]!.error).toBe('CIRCUIT_OPEN');
  });
});
