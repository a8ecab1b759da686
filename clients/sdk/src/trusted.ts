import type { Client } from './client.ts';
import { ERROR_CODES, type ErrorCode } from './generated/codes.ts';
import type { Arguments, CallOptions, Route } from './operation.ts';
import type { Failure, Result } from './result.ts';
import { send } from './send.ts';

/** A trusted GraphQL operation: its text stays with the gateway, which knows it by its SHA-256. */
export interface PersistedDocument {
  /** `client/file`, for example `web/home`. */
  readonly id: string;
  readonly sha256: string;
  readonly kind: 'query' | 'mutation' | 'subscription';
}

/** A trusted operation as a function. */
export interface PersistedOperation<Variables, Data> {
  (client: Client, ...rest: Arguments<Variables, CallOptions>): Promise<Result<Data, ErrorCode>>;
  readonly route: Route;
  readonly document: PersistedDocument;
}

/** Queries are GET: browsers and proxies may cache them. */
const QUERY: Route = {
  method: 'GET',
  path: '/graphql',
  query: ['documentId', 'variables'],
  answer: 'graphql',
  codes: ERROR_CODES,
};
const MUTATION: Route = {
  method: 'POST',
  path: '/graphql',
  body: 'application/json',
  answer: 'graphql',
  codes: ERROR_CODES,
};

/** Whether a gateway takes hashes as document ids; those of before know names alone. */
const probes = new WeakMap<Client, Promise<boolean>>();

/**
 * Whether a gateway takes hashes, as far as that is known; it does until one was unknown.
 * @param mustAsk whether to ask it, if that was not done before
 */
export async function takesHashes(client: Client, mustAsk = false): Promise<boolean> {
  if (mustAsk && !probes.has(client)) probes.set(client, probe(client));
  return (await probes.get(client)) ?? true;
}

/** Whether a document was refused since the gateway does not know it. */
export const isUnknown = ({ code }: Failure): boolean => code === 'GRAPHQL_UNKNOWN_DOCUMENT';

/** Makes the function of a trusted operation. */
export function trusted<Made>(document: PersistedDocument): Made {
  const route = document.kind === 'query' ? QUERY : MUTATION;
  const call = async (client: Client, variables: object = {}, options: CallOptions = {}) => {
    const by = (documentId: string) =>
      send<unknown, ErrorCode>(
        client,
        route,
        route === QUERY ? { documentId, variables: JSON.stringify(variables) } : { documentId, variables },
        options,
      );
    if (!(await takesHashes(client))) return by(document.id);
    const result = await by(`sha256:${document.sha256}`);
    if (result.ok || !isUnknown(result.error)) return result;
    if (!(await takesHashes(client, true))) return by(document.id);
    return { ok: false, error: { ...result.error, code: 'NOT_SUPPORTED' } };
  };
  return Object.assign(call, { route, document }) as Made;
}

/** Only a gateway that takes hashes finds fault with a hash of the wrong length. */
async function probe(client: Client): Promise<boolean> {
  const result = await send<unknown, ErrorCode>(client, QUERY, { documentId: 'sha256:' }, {});
  return !result.ok && result.error.code === 'BAD_REQUEST';
}
