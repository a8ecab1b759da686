import { describe, expect, it } from '@jest/globals';
import { Recording } from '#libs/observe';
import { exemplarOf } from './exemplar.ts';

const TRACE_ID = 'a'.repeat(32);
const traceOf = (flags: string) => ({ traceparent: `00-${TRACE_ID}-${'b'.repeat(16)}-${flags}` });
const LABELS = { trace_id: TRACE_ID };

/** The exemplar of a request whose client sent these flags, if any, in a gateway that exports spans and samples it or not. */
const exported = (flags: string | undefined, isSampled: boolean) => {
  const trace = flags === undefined ? undefined : traceOf(flags);
  const recording = new Recording(
    { requestId: 'r', name: 'GET', kind: 'server', trace, isSampled, isPropagated: true },
    () => {},
  );
  const { traceId } = recording;
  const kept = exemplarOf({ recording, trace }, () => true);
  return { exemplar: exemplarOf({ recording, trace }), kept, traceId };
};

describe('an exemplar', () => {
  it('has the trace that the client sampled where nothing is exported', () => {
    expect(exemplarOf({ recording: undefined, trace: traceOf('01') })).toEqual(LABELS);
    expect(exemplarOf({ recording: undefined, trace: traceOf('00') })).toEqual({});
    expect(exemplarOf({ recording: undefined, trace: undefined })).toEqual({});
  });

  it('has the trace that the gateway samples, without a client that sends one too', () => {
    expect(exported('00', true).exemplar).toEqual(LABELS);
    const { exemplar, traceId } = exported(undefined, true);
    expect(exemplar).toEqual({ trace_id: traceId });
  });

  it('has a trace that is exported after its end, though it was not sampled', () => {
    expect(exported('00', false).kept).toEqual(LABELS);
    expect(exemplarOf({ recording: undefined, trace: traceOf('00') }, () => true)).toEqual({});
  });

  it('is left out where the gateway does not sample what its client did: there are no spans of it', () => {
    expect(exported('01', false).exemplar).toEqual({});
  });
});
