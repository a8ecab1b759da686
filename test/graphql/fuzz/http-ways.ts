import { hash } from 'node:crypto';
import type { GraphqlRequest } from './documents.ts';
import type { FuzzedGateway, HttpAnswer } from './fuzzed-gateway.ts';
import { type Outcome, outcomeOfText } from './outcome.ts';
import type { Reference } from './reference.ts';
import type { Way } from './ways.ts';

/** As much as the head of a request may have of it. */
const MAX_SEARCH = 8_000;

/** In turn, so that what is answered to one is not kept for another. */
const ACCEPT = ['application/json', 'application/graphql-response+json', '*/*'];

/** How a document is asked in the body of a request. */
export const bodyOf = ({ query, variables, operationName }: GraphqlRequest) => ({
  query,
  variables,
  operationName,
});

/** What an answer at `/graphql` says. A status of the server's own fault is one more error: clients can ask for none. */
export function outcomeIn({ status, text }: HttpAnswer): Outcome {
  const outcome = outcomeOfText(text);
  return status < 500 ? outcome : { ...outcome, errors: [...outcome.errors, `status ${status}`] };
}

/** What the ways to `/graphql` have in common. */
abstract class AtGraphql implements Way {
  abstract readonly name: Way['name'];

  constructor(protected readonly gateway: FuzzedGateway) {}

  takes({ kind }: GraphqlRequest, _reference: Reference): boolean {
    return kind !== 'subscription';
  }

  async send(operation: GraphqlRequest, time: number): Promise<Outcome> {
    return outcomeIn(await this.answer(operation, { accept: ACCEPT[time % ACCEPT.length]! }, time));
  }

  expected({ outcome }: Reference, _got: Outcome): Outcome {
    return outcome;
  }

  isCharged(_reference: Reference): boolean {
    return true;
  }

  protected abstract answer(
    operation: GraphqlRequest,
    headers: Record<string, string>,
    time: number,
  ): Promise<HttpAnswer>;
}

/** `POST`, as most clients ask. */
export class Post extends AtGraphql {
  readonly name = 'POST';

  protected answer(operation: GraphqlRequest, headers: Record<string, string>): Promise<HttpAnswer> {
    return this.gateway.post('/graphql', bodyOf(operation), headers);
  }
}

/** `GET`: never a mutation, nor a long text. */
export class Get extends AtGraphql {
  readonly name = 'GET';

  override takes(operation: GraphqlRequest): boolean {
    return operation.kind === 'query' && `${searchOf(operation)}`.length < MAX_SEARCH;
  }

  protected answer(operation: GraphqlRequest, headers: Record<string, string>): Promise<HttpAnswer> {
    return this.gateway.get(`/graphql?${searchOf(operation)}`, headers);
  }
}

/** An automatic persisted query: with its text at first, by its hash alone then. */
export class Persisted extends AtGraphql {
  readonly name = 'APQ';

  protected answer(operation: GraphqlRequest, headers: Record<string, string>, time: number): Promise<HttpAnswer> {
    const { query, ...rest } = bodyOf(operation);
    const extensions = { persistedQuery: { version: 1, sha256Hash: hash('sha256', query) } };
    return this.gateway.post('/graphql', { ...(time ? {} : { query }), ...rest, extensions }, headers);
  }
}

/** `QUERY` (RFC 10008), with extensions that nobody knows. */
export class Query extends AtGraphql {
  readonly name = 'QUERY';

  override takes({ kind }: GraphqlRequest): boolean {
    return kind === 'query';
  }

  protected answer(operation: GraphqlRequest, headers: Record<string, string>): Promise<HttpAnswer> {
    return this.gateway.query('/graphql', { ...bodyOf(operation), extensions: { unknown: true } }, headers);
  }
}

/** By the id of a trusted operation, by `POST` and `GET` in turn. */
export class ById extends AtGraphql {
  readonly name = 'id';
  protected id: string | undefined;

  override takes({ operationName, kind }: GraphqlRequest, { isValid }: Reference): boolean {
    return isValid && operationName === undefined && kind !== 'subscription';
  }

  begin({ query }: GraphqlRequest): void {
    this.id = this.gateway.trust(query);
  }

  protected answer(
    { variables, kind }: GraphqlRequest,
    headers: Record<string, string>,
    time: number,
  ): Promise<HttpAnswer> {
    const { id: documentId } = this;
    if (time % 4 < 2 || kind !== 'query') return this.gateway.post('/graphql', { documentId, variables }, headers);
    const search = new URLSearchParams({ documentId: documentId!, variables: JSON.stringify(variables) });
    return this.gateway.get(`/graphql?${search}`, headers);
  }
}

function searchOf({ query, variables, operationName }: GraphqlRequest): URLSearchParams {
  const search = new URLSearchParams({ query, variables: JSON.stringify(variables) });
  if (operationName) search.set('operationName', operationName);
  return search;
}
