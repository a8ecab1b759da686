import { describe, expect, it, jest } from '@jest/globals';
import { MAX_SPANS, Recording, type RecordingOptions } from '#libs/observe';

const TRACE = { traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-03', tracestate: 'a=1' };
const TRACE_ID = /^(?!0{32})[0-9a-f]{32}$/;
const SPAN_ID = /^(?!0{16})[0-9a-f]{16}$/;

function record(options: Partial<RecordingOptions> = {}) {
  const finished = jest.fn<(recording: Recording) => void>();
  const recording = new Recording({ requestId: 'r-1', name: 'GET', kind: 'server', ...options }, finished);
  return { recording, root: recording.root, finished };
}

describe('the recording of a request', () => {
  it('is finished once its first span and all others have ended, whichever is last', () => {
    const { recording, root, finished } = record();
    const call = root.start('ListOrders', 'client');
    root.end();
    expect(finished).not.toHaveBeenCalled();
    call.end('UPSTREAM_TIMEOUT');
    call.end();
    expect(finished.mock.calls).toEqual([[recording]]);
    expect(recording.spans.map(({ name, error }) => [name, error])).toEqual([
      ['GET', undefined],
      ['ListOrders', 'UPSTREAM_TIMEOUT'],
    ]);
    expect(call.parent).toBe(root);
  });

  it('continues the trace of its client, with the flags that say how its id was made', () => {
    const { recording, root } = record({ trace: TRACE, isSampled: true, isPropagated: true });
    const call = root.start('ListOrders', 'client');
    expect(recording.parentId).toBe('00f067aa0ba902b7');
    expect(recording.contextOf(call)).toEqual({
      traceparent: `00-4bf92f3577b34da6a3ce929d0e0e4736-${call.id}-03`,
      tracestate: 'a=1',
    });
  });

  it('begins a random trace without one, whose calls are marked as not sampled unless it is', () => {
    const { recording, root } = record({ isPropagated: true });
    expect(recording.traceId).toMatch(TRACE_ID);
    expect(root.id).toMatch(SPAN_ID);
    const call = root.start('ListOrders', 'client');
    expect(recording.contextOf(call)).toEqual({ traceparent: `00-${recording.traceId}-${root.id}-02` });
  });

  it('leaves the trace context as it came where nothing is exported', () => {
    const { recording, root } = record({ trace: TRACE });
    expect(recording.contextOf(root)).toBeUndefined();
  });

  it('gives work that outlives it a recording of its own, in the same trace', () => {
    const { recording, root, finished } = record({ trace: TRACE, isSampled: true });
    root.end();
    root.start('ListOrders', 'client').end();
    const [, [branch]] = finished.mock.calls as [unknown, [Recording]];
    expect(branch).toMatchObject({ isBranch: true, isSampled: true, parentId: root.id, requestId: 'r-1' });
    expect(branch.traceId).toBe(recording.traceId);
    expect(recording.spans).toHaveLength(1);
  });

  it('keeps a bounded number of spans, and counts the others', () => {
    const { recording, root } = record();
    for (let i = 0; i < MAX_SPANS + 1; i += 1) root.start('again', 'internal').end();
    expect([recording.spans.length, recording.droppedSpans]).toEqual([MAX_SPANS, 2]);
  });

  it('has no id twice', () => {
    const ids = new Set(Array.from({ length: 20_000 }, () => record().recording.traceId));
    expect(ids.size).toBe(20_000);
  });
});
