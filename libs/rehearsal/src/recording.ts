/** A method of an upstream, as its calls were recorded. */
export interface RecordedMethod {
  upstream: string;
  method: string;
  isSafe: boolean;
  isIdempotent: boolean;
}

/** The columns of calls: one entry a call, in the order in which they ended. */
export const CALL_COLUMNS = {
  /** When it began, by `performance.now()`. */
  startedAt: Float64Array,
  durationMs: Float32Array,
  /** What its deadline left it. */
  remainingMs: Float32Array,
  /** The time after which a stale answer is used in its place; NaN without one. */
  staleAfterMs: Float32Array,
  /** Index of its method. */
  method: Uint16Array,
  /** The number of requests that shared it. */
  weight: Uint16Array,
  /** Index of its outcome. */
  outcome: Uint8Array,
  /** How often its breaker had opened since the call before it. */
  opened: Uint8Array,
} as const;

/** The columns of tries: one entry a try, in the order in which they ended. */
export const TRY_COLUMNS = {
  /** When it began, by `performance.now()`; it was sent after `queueMs`. */
  startedAt: Float64Array,
  /** The time it waited in the bulkhead. */
  queueMs: Float32Array,
  /** Its duration without that wait. */
  durationMs: Float32Array,
  /** How long the upstream asked to be left alone. */
  retryAfterMs: Float32Array,
  method: Uint16Array,
  outcome: Uint8Array,
  /** A union of `TryFlag`. */
  flags: Uint8Array,
} as const;

/** What is known of a try beyond its outcome, as bits. */
export const TryFlag = {
  isHedge: 1,
  isRetry: 2,
  /** It reached the upstream, or would have if there had been a connection. */
  isSent: 4,
  /** It may have succeeded a moment later. */
  isTransient: 8,
  /** No connection could be made. */
  isUnsent: 16,
  /** The failure was the upstream's, not one of the caller or of the request. */
  isUpstreamFault: 32,
  /** It was refused by the gateway's own bulkhead. */
  isShed: 64,
} as const;

/** The types of columns by their names. */
export type Shape = Readonly<Record<string, new (length: number) => Column>>;
type Column = Float64Array | Float32Array | Uint16Array | Uint8Array;

/** Records by columns. */
export type Columns<S extends Shape> = { [Name in keyof S]: InstanceType<S[Name]> };

export type CallColumns = Columns<typeof CALL_COLUMNS>;
export type TryColumns = Columns<typeof TRY_COLUMNS>;

/** The calls of the last minutes and their tries, with all that a rehearsal needs of them. It can be posted to a thread. */
export interface Recording {
  methods: RecordedMethod[];
  /** The names of outcomes by index. */
  outcomes: string[];
  calls: CallColumns;
  tries: TryColumns;
}

/** Columns of this length. */
export function columnsOf<S extends Shape>(shape: S, length: number): Columns<S> {
  return Object.fromEntries(Object.entries(shape).map(([name, Type]) => [name, new Type(length)])) as Columns<S>;
}

/** The bytes of one record. */
export const bytesOf = (shape: Shape): number =>
  Object.values(columnsOf(shape, 1)).reduce((sum, { byteLength }) => sum + byteLength, 0);

/** The memory of a recording, to hand it over to a thread without a copy. */
export const buffersOf = ({ calls, tries }: Recording): ArrayBuffer[] =>
  [...Object.values(calls), ...Object.values(tries)].map(({ buffer }) => buffer as ArrayBuffer);
