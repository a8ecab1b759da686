/**
 * The versions of a thing that a change applies to (RFC 9110, 13.1); any if both are left out. The service checks it
 * atomically with the change.
 */
export interface Precondition {
  /** One of these; an empty list matches no version. */
  readonly in?: readonly string[];
  /** None of these; `*` is any. */
  readonly notIn?: readonly string[] | '*';
  /** Not changed later, in milliseconds since 1970 and a precision of a second; of things with a time of change. */
  readonly unmodifiedSince?: number;
}

/** Whether a thing of this version may be changed. */
export const isMet = (
  { in: expected, notIn = [], unmodifiedSince = Infinity }: Precondition,
  version: string,
  modifiedAt?: Date,
): boolean =>
  (expected?.includes(version) ?? true) &&
  notIn !== '*' &&
  !notIn.includes(version) &&
  Math.floor((modifiedAt?.getTime() ?? 0) / 1_000) * 1_000 <= unmodifiedSince;

/** Whether there is any condition. */
export const isConditional = ({ in: expected, notIn }: Precondition): boolean =>
  expected !== undefined || notIn !== undefined;

/**
 * The request headers of a precondition for a REST service, whose entity tags are versions. An empty `in` is not allowed: no
 * header can express it.
 */
export function preconditionHeaders({ in: expected, notIn }: Precondition): Record<string, string> {
  const excluded = notIn === '*' ? '*' : tagsOf(notIn);
  return { ...(expected && { 'if-match': tagsOf(expected) }), ...(excluded && { 'if-none-match': excluded }) };
}

const tagsOf = (versions: readonly string[] = []): string => versions.map((version) => `"${version}"`).join(', ');
