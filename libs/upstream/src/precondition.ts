/** Which versions of a thing a change is for (RFC 9110, 13.1). Without either, any. Its service decides, with the change. */
export interface Precondition {
  /** One of these: no version is one of an empty list. */
  readonly in?: readonly string[];
  /** None of these; `*` is any. */
  readonly notIn?: readonly string[] | '*';
}

/**
 * The headers that ask a REST service for the same: its entity tags are its versions.
 * @param precondition not with an empty `in`, which no header can say
 */
export function preconditionHeaders({ in: wanted, notIn }: Precondition): Record<string, string> {
  const unwanted = notIn === '*' ? '*' : tagsOf(notIn);
  return { ...(wanted && { 'if-match': tagsOf(wanted) }), ...(unwanted && { 'if-none-match': unwanted }) };
}

const tagsOf = (versions: readonly string[] = []): string => versions.map((version) => `"${version}"`).join(', ');
