/**
 * Why a stream is over, for operators; all values of the label `reason` of `streams_ended_total`. A client is also told
 * reasons that are more exact, such as the code of an upstream's failure.
 */
export const STREAM_ENDS = [
  /** The client has left, or cannot be reached any more. */
  'client',
  /** There was no more to come, or a poll was answered. */
  'complete',
  /** What was to come could not be had, or the client broke the protocol. */
  'error',
  /** The client did not read. */
  'overflow',
  'shutdown',
  'operator',
  // The token or the session that it was opened with:
  'expired',
  'rights',
  'logout',
  'logout-all',
  'password',
  'reuse',
  'provider',
  'limit',
  'revoked',
  'lapsed',
] as const;

/** Why a stream is over. */
export type StreamEnd = (typeof STREAM_ENDS)[number];

const KNOWN: ReadonlySet<string> = new Set(STREAM_ENDS);

/** Why a stream is over, by the last event that its client is sent; `error` for what has no name of its own here. */
export function endOf(event: string | undefined, data: object | string = {}): StreamEnd {
  if (event === undefined) return 'complete';
  const reason = event === 'end' ? (data as { reason?: string }).reason : event;
  return KNOWN.has(reason ?? '') ? (reason as StreamEnd) : 'error';
}
