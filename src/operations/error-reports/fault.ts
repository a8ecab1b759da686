/** A fault of ours or of an upstream, as it is reported. */
export interface Fault {
  /** The code of the catalogue. */
  code: string;
  /** The error, with its stack; undefined where nothing was thrown. */
  error?: unknown;
  upstream?: string;
  /** The method of the upstream, or the route. */
  where?: string;
  requestId?: string;
  traceId?: string;
  spanId?: string;
  /** Whether the process ends by it. */
  isFatal?: boolean;
}

/** What one fault has in common with its like: they are one issue. */
export const fingerprintOf = ({ code, upstream, error }: Fault): string[] => [
  code,
  upstream ?? 'gateway',
  // Of an upstream the code says what happened; of ours it is the kind of the error, and where it was thrown.
  ...(upstream === undefined ? [nameOf(error), frameOf(error)] : []),
];

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : typeof error);

/** The function that threw, without line numbers, which change with each release. */
function frameOf(error: unknown): string {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  return /^\s+at (?:async )?(?:new )?([\w.<>$]+) \(/m.exec(stack)?.[1] ?? 'anonymous';
}
