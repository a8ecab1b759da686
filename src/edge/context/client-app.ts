/** Headers, or the parameters of a connection. */
type Named = Readonly<Record<string, unknown>>;

/**
 * How a client names itself and its version, as `name/version`: by `X-Client`, or by the two headers of Apollo's clients.
 * Unchecked; undefined if it does not.
 */
export function clientAppOf(given: Named): string | undefined {
  const app = given['x-client'];
  if (app !== undefined) return text(app);
  const name = given['apollographql-client-name'];
  if (name === undefined) return undefined;
  return `${text(name)}/${text(given['apollographql-client-version'])}`;
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
