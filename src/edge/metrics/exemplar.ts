import { isSampled, type Recording, traceIdOf } from '#libs/observe';
import type { Context } from '#libs/upstream';

/** The labels of an exemplar. */
export type ExemplarLabels = Readonly<Record<string, string>>;

/** Of a trace that nobody kept there would be nothing to see. */
const NONE: ExemplarLabels = Object.freeze({});

/**
 * The exemplar labels of a request or of a try: its trace id, if its trace is exported, else none. Where spans are exported the
 * gateway decides that, else the client.
 * @param isKept whether a recording that is not sampled is exported; that is known once its request has ended
 */
export function exemplarOf(
  { recording, trace }: Pick<Context, 'recording' | 'trace'>,
  isKept: (recording: Recording) => boolean = () => false,
): ExemplarLabels {
  if (recording?.isPropagated)
    return recording.isSampled || isKept(recording) ? { trace_id: recording.traceId } : NONE;
  return trace !== undefined && isSampled(trace) ? { trace_id: traceIdOf(trace) } : NONE;
}
