/**
 * The reasons for the end of a stream, for operators: all values of the label `reason` of `streams_ended_total`.
 * Clients also get more exact reasons, such as the error code of an upstream.
 */
export const STREAM_ENDS = [
  /** The client disconnected, or cannot be reached. */
  'client',
  /** The stream had no more events, or a poll was answered. */
  'complete',
  /** An event could not be produced, or the client broke the protocol. */
  'error',
  /** The client read too slowly. */
  'overflow',
  'shutdown',
  'operator',
  // The token or session that opened the stream:
  'expired',
  'rights',
  'logout',
  'logout-all',
  'password',
  'account',
  'reuse',
  'provider',
  'limit',
  'revoked',
  'lapsed',
] as const;

/** The reason for the end of a stream. */
export type StreamEnd = (typeof STREAM_ENDS)[number];

const KNOWN: ReadonlySet<string> = new Set(STREAM_ENDS);

/** The reason for the end of a stream, from its last event; `error` for reasons not in the list. */
export function endOf(event: string | undefined, data: object | string = {}): StreamEnd {
  if (event === undefined) return 'complete';
  const reason = event === 'end' ? (data as { reason?: string }).reason : event;
  return KNOWN.has(reason ?? '') ? (reason as StreamEnd) : 'error';
}
