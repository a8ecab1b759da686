import { isSampled, traceIdOf } from '#libs/observe';
import type { Context } from '#libs/upstream';

/** The labels of an exemplar. */
export type ExemplarLabels = Readonly<Record<string, string>>;

/** Of a trace that nobody kept there would be nothing to see. */
const NONE: ExemplarLabels = Object.freeze({});

/** The exemplar labels of a request: its trace id, if its trace is sampled, else none. */
export const exemplarOf = ({ trace }: Context): ExemplarLabels =>
  trace !== undefined && isSampled(trace) ? { trace_id: traceIdOf(trace) } : NONE;
