/** Names of what stands for a document in its place. */
const NAMED = /"(?:documentId|persistedQuery)"/;

interface SubscribeMessage {
  type?: unknown;
  payload?: { query?: unknown; documentId?: unknown; extensions?: { persistedQuery?: unknown } | null } | null;
}

/**
 * Adds an empty `query` to a `subscribe` message of a persisted operation, which has none: the protocol library requires
 * one, and would close the socket with all its operations. Other messages stay as they are.
 */
export function withQuery(text: string): string {
  if (!NAMED.test(text)) return text;
  const message = parsed(text);
  const { type, payload } = message ?? {};
  if (type !== 'subscribe' || (payload?.query ?? undefined) !== undefined) return text;
  if (payload?.documentId === undefined && payload?.extensions?.persistedQuery === undefined) return text;
  return JSON.stringify({ ...message, payload: { ...payload, query: '' } });
}

/** Invalid messages are left to the protocol library. */
function parsed(text: string): SubscribeMessage | null | undefined {
  try {
    return JSON.parse(text) as SubscribeMessage | null;
  } catch {
    return undefined;
  }
}
