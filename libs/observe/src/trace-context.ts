/** The trace that a request belongs to, as it is passed on (W3C Trace Context, Level 1: https://www.w3.org/TR/trace-context/). */
export interface TraceContext {
  /** The header of that name, in version 00. */
  readonly traceparent: string;
  /** The header of that name, at most 512 characters; absent where there is none. */
  readonly tracestate?: string;
}

/** Version, trace id, parent id, flags; what a future version may add comes after another dash (section 3.2.4). */
const TRACEPARENT = /^(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
/** The flags that are defined: sampled, and random trace id (Level 2, section 3.2.2.5). Others are sent as zero. */
const KNOWN_FLAGS = 0b11;

const KEY = /^(?:[a-z][a-z0-9_*/-]{0,255}|[a-z0-9][a-z0-9_*/-]{0,240}@[a-z][a-z0-9_*/-]{0,13})$/;
/** Printable ASCII without `,` and `=`; spaces at its end were taken off (section 3.3.1.4). */
const VALUE = /^[\x20-\x2b\x2d-\x3c\x3e-\x7e]{1,256}$/;
const MAX_MEMBERS = 32;
const MAX_LENGTH = 512;
/** Members longer than this go first where all together are too long (section 3.3.1.5). */
const LONG_MEMBER = 128;

/**
 * Reads the two headers of a trace. A later version is read as version 00, whose fields it has.
 * @returns undefined without a valid `traceparent`: `tracestate` alone means nothing
 */
export function readTraceContext(
  traceparent: string | undefined,
  tracestate?: string | string[],
): TraceContext | undefined {
  const [, version, traceId, parentId, flags, more] = TRACEPARENT.exec(traceparent ?? '') ?? [];
  if (!version || (version === '00' && more !== undefined)) return undefined;
  const known = (Number.parseInt(flags!, 16) & KNOWN_FLAGS).toString(16).padStart(2, '0');
  const state = tracestate === undefined ? '' : boundedState([tracestate].flat().join(','));
  return { traceparent: `00-${traceId}-${parentId}-${known}`, ...(state ? { tracestate: state } : {}) };
}

/** The trace id, 32 hexadecimal digits. */
export const traceIdOf = ({ traceparent }: TraceContext): string => traceparent.slice(3, 35);

/** Whether the sender of the trace has sampled it, that is, may have recorded it (section 3.2.2.5). */
export const isSampled = ({ traceparent }: TraceContext): boolean =>
  (Number.parseInt(traceparent.slice(53, 55), 16) & 1) === 1;

/** The members that are well formed, each key once; none where there are more than the standard has room for. */
function boundedState(given: string): string {
  const members = given.split(',').map((member) => member.trim());
  const byKey = new Map<string, string>();
  for (const member of members) {
    const [key = '', value = '', ...more] = member.split('=');
    if (KEY.test(key) && VALUE.test(value) && !more.length && !byKey.has(key)) byKey.set(key, member);
  }
  if (byKey.size > MAX_MEMBERS) return '';
  return shortened([...byKey.values()]).join(',');
}

/** Without what is too long: long members first, then those at the end, which are the oldest. */
function shortened(members: string[]): string[] {
  if (lengthOf(members) <= MAX_LENGTH) return members;
  const short = members.filter(({ length }) => length <= LONG_MEMBER);
  while (lengthOf(short) > MAX_LENGTH) short.pop();
  return short;
}

const lengthOf = (members: readonly string[]): number =>
  members.reduce((length, member) => length + member.length + 1, -1);
