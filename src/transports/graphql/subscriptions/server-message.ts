const NAMED = /"(?:next|error|connection_ack)"/;
const OF_SERVERS = new Set<unknown>(['next', 'error', 'connection_ack']);

/**
 * Whether a message of a client is of a type that only servers send (graphql-transport-ws): the protocol library finds it valid and
 * then throws, as for an error of ours.
 */
export function isServerMessage(text: string): boolean {
  if (!NAMED.test(text)) return false;
  try {
    return OF_SERVERS.has((JSON.parse(text) as { type?: unknown } | null)?.type);
  } catch {
    return false;
  }
}
