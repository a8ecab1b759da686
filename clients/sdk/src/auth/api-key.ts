import type { Auth, HeaderMap } from './auth.ts';

/** A key, or what reads it, for example from a secret store that rotates it. */
export type ApiKeySource = string | (() => string | Promise<string>);

/**
 * The key of a program, in `X-API-Key`. For servers alone: in a page everybody could read it. A source that is a function
 * is read once, and again after a 401; the call is then repeated if the key is another one.
 */
export function apiKey(source: ApiKeySource): Auth {
  let headers: HeaderMap | undefined = typeof source === 'string' ? { 'x-api-key': source } : undefined;
  let reading: Promise<HeaderMap> | undefined;
  const read = (from: () => string | Promise<string>): Promise<HeaderMap> =>
    (reading ??= (async () => (headers = { 'x-api-key': await from() }))().finally(() => {
      reading = undefined;
    }));
  return {
    headers: () => headers ?? read(source as () => string | Promise<string>),
    renew: async (_client, refused) => {
      if (typeof source === 'string') return false;
      // Another call may have read it meanwhile.
      const current = headers === refused || !headers ? await read(source) : headers;
      return current['x-api-key'] !== refused['x-api-key'];
    },
  };
}
