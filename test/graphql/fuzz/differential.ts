import { hash } from 'node:crypto';
import { loadConfig } from '#gateway/config/config';
import { Compiled } from '#gateway/edge/graphql/execute/compiled';
import { createGateway } from '#gateway/gateway';
import { GatewayError } from '#libs/errors';
import { createLogger } from '#libs/observe';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { execute, type ExecutionResult, GraphQLError, type GraphQLSchema, parse, validate } from 'graphql';
import { type Client, createClient } from 'graphql-ws';
import { Access } from '#test/support/access';
import { WebSocket } from 'ws';
import { answerBySeed } from './answers.ts';
import type { Asked } from './documents.ts';

/** What counts of an answer: the text of its data, and where its errors are and what they are called. */
export interface Outcome {
  data: string | undefined;
  errors: string[];
}

/** How a document reaches the gateway. */
export type Way = 'POST' | 'WebSocket' | 'GET' | 'APQ' | 'Apollo';

/** Every way there is. */
export const WAYS: readonly Way[] = ['POST', 'WebSocket', 'GET', 'APQ', 'Apollo'];

/** As often as each document comes. */
const TIMES = 8;

/** An answer that is another than graphql-js's. */
export interface Difference {
  way: Way;
  /** Which time the document came, from 1 on. */
  time: number;
  expected: Outcome;
  got: Outcome;
}

interface Body {
  data?: unknown;
  errors?: readonly { path?: unknown; locations?: unknown; extensions?: { code?: unknown } }[];
}

/** Nothing is refused for its size: what is compared is how documents run. */
const LARGE = Object.fromEntries(
  ['TOKENS', 'DEPTH', 'ROOT_FIELDS', 'ALIASES', 'DIRECTIVES', 'FIELDS', 'COST'].map((name) => [
    `GRAPHQL_MAX_${name}`,
    '1000000',
  ]),
);

/** A gateway whose root fields answer by a seed, and graphql-js's own execution of the same. */
export class Differential {
  private seed = '';

  private constructor(
    private readonly app: NestFastifyApplication,
    private readonly url: string,
    private readonly headers: Record<string, string>,
    readonly schema: GraphQLSchema,
  ) {
    answerBySeed(schema, () => this.seed);
  }

  static async open(): Promise<Differential> {
    const access = new Access();
    const config = loadConfig({
      ...LARGE,
      JWT_PRIVATE_KEY: access.privateKey,
      RATE_LIMIT: 'off',
      SHEDDING: 'off',
      PORT: '0',
      ADMIN_PORT: '0',
    });
    const app = await createGateway(config, createLogger('gateway', 'silent'));
    await app.listen(0, '127.0.0.1');
    const { port } = app.getHttpServer().address() as { port: number };
    const { schema } = app.get(Compiled, { strict: false });
    return new Differential(app, `http://127.0.0.1:${port}`, access.of('u1'), schema);
  }

  async close(): Promise<void> {
    await this.app.close();
  }

  /** The first answer that is another than graphql-js's; undefined for none. */
  async differenceIn(asked: Asked, seed: string, ways: readonly Way[]): Promise<Difference | undefined> {
    this.seed = seed;
    const variants = [asked, { ...asked, variables: otherwise(asked.variables) }];
    const all = await Promise.all(variants.map((one) => this.reference(one)));
    const client = this.client();
    try {
      for (const way of ways.filter((one) => canGo(one, asked))) {
        for (let time = 1; time <= TIMES; time += 1) {
          const which = time % variants.length;
          const expected = all[which]!;
          const got = await this.ask(way, variants[which]!, client);
          if (JSON.stringify(got) !== JSON.stringify(expected)) return { way, time, expected, got };
        }
      }
      return undefined;
    } finally {
      await client.dispose();
    }
  }

  /** A connection for each document: the frames of one are limited. */
  private client(): Client {
    return createClient({
      url: `${this.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      lazy: false,
      retryAttempts: 0,
      connectionParams: this.headers,
    });
  }

  /** What graphql-js answers. */
  async reference({ query, variables, operationName }: Asked): Promise<Outcome> {
    let document;
    try {
      document = parse(query);
    } catch {
      return { data: undefined, errors: [JSON.stringify([null, null, 'GRAPHQL_PARSE_FAILED'])] };
    }
    const limits = { maxErrors: 5 };
    const mistakes = validate(this.schema, document, undefined, limits);
    if (mistakes.length) return outcomeOf({ errors: mistakes.map(published) });
    const options = { maxCoercionErrors: 5 };
    const contextValue = { request: {} };
    const result: ExecutionResult = await execute({
      ...{ schema: this.schema, document, operationName, contextValue, options },
      variableValues: structuredClone(variables),
    });
    return outcomeOf({ ...result, errors: result.errors?.map(published) });
  }

  private ask(way: Way, asked: Asked, client: Client): Promise<Outcome> {
    switch (way) {
      case 'WebSocket':
        return overSocket(client, asked);
      case 'GET':
        return this.fetched(`?${searchOf(asked)}`, { headers: this.headers });
      case 'APQ':
        return this.post({ ...asked, extensions: { persistedQuery: persisted(asked.query) } });
      // Extensions that nobody knows are Apollo's to look at.
      case 'Apollo':
        return this.post({ ...asked, extensions: { unknown: true } });
      case 'POST':
        return this.post(asked);
    }
  }

  private post(body: object): Promise<Outcome> {
    const headers = { ...this.headers, 'content-type': 'application/json' };
    return this.fetched('', { method: 'POST', headers, body: JSON.stringify(body) });
  }

  private async fetched(search: string, init: RequestInit): Promise<Outcome> {
    const answer = await fetch(`${this.url}/graphql${search}`, init);
    return outcomeOf((await answer.json()) as Body);
  }
}

const persisted = (query: string) => ({ version: 1, sha256Hash: hash('sha256', query) });

/** As much as the head of a request may have of it. */
const MAX_SEARCH = 8_000;

function searchOf({ query, variables, operationName }: Asked): URLSearchParams {
  const search = new URLSearchParams({ query, variables: JSON.stringify(variables) });
  if (operationName) search.set('operationName', operationName);
  return search;
}

/** Other values of the same variables: what was kept of the first must not decide on these. */
function otherwise(variables: Asked['variables']): Asked['variables'] {
  const other = (value: unknown) =>
    typeof value === 'boolean' ? !value : typeof value === 'number' ? value + 1 : value;
  return Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, other(value)]));
}

/** Whether a document can be asked so: a mutation is never a GET, nor is a long text. */
function canGo(way: Way, asked: Asked): boolean {
  return way !== 'GET' || (!/\bmutation\b/.test(asked.query) && `${searchOf(asked)}`.length < MAX_SEARCH);
}

function overSocket(client: Client, asked: Asked): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    let outcome: Outcome | undefined;
    client.subscribe(asked, {
      next: (result) => void (outcome = outcomeOf(result as Body)),
      error: (errors) => {
        if (Array.isArray(errors)) resolve(outcomeOf({ errors: errors as Body['errors'] }));
        else reject(new Error('the socket failed', { cause: errors }));
      },
      complete: () => resolve(outcome!),
    });
  });
}

/** Where the words of a parser stand depends on the transport. */
function outcomeOf({ data, errors = [] }: Body): Outcome {
  const all = errors.map(({ path, locations, extensions }) => {
    const isParsed = extensions?.code !== 'GRAPHQL_PARSE_FAILED';
    return JSON.stringify([path ?? null, (isParsed && locations) || null, extensions?.code]);
  });
  return { data: data === undefined ? undefined : JSON.stringify(data), errors: all.sort() };
}

const OF_CLIENT = /^Argument "\w+" (?:has invalid value|of (?:required|non-null) type)/;

/** An error of graphql-js with the code of the catalogue: told from what it says, and not as the gateway does. */
function published(error: GraphQLError): NonNullable<Body['errors']>[number] {
  const { path, originalError, message } = error;
  const code =
    originalError instanceof GatewayError
      ? originalError.code
      : !path || OF_CLIENT.test(message)
        ? 'GRAPHQL_VALIDATION_FAILED'
        : 'INTERNAL';
  return { path, locations: error.locations, extensions: { code } };
}
